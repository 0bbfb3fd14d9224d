//! Which of several candidates a driver takes, with as few questions as possible.
//! It must not know what the candidates are for.

use anyhow::{Result, bail};

use lre_launch::runner::Output;

/// Flags that only make sense together.
pub type Candidate = [&'static str];

/// What a driver answered.
pub struct Accepted {
    /// The candidates that it takes, in their order.
    pub candidates: Vec<&'static Candidate>,
    /// The answer to the question without those that it refuses.
    pub answer: Output,
}

impl Accepted {
    /// All flags of those of `candidates` that it takes.
    pub fn of(&self, candidates: &[&'static Candidate]) -> Vec<String> {
        let taken = self.candidates.iter().filter(|c| candidates.contains(c));
        taken
            .copied()
            .flatten()
            .map(|flag| (*flag).to_owned())
            .collect()
    }

    /// The same, where it builds anything at all.
    ///
    /// # Errors
    /// It builds nothing with the options of the environment.
    pub fn or_refuse(self) -> Result<Accepted> {
        if !self.answer.success {
            bail!(
                "it cannot build a program with the options of the environment:\n{}",
                self.answer.stderr.trim()
            );
        }
        Ok(self)
    }
}

/// Asks for all candidates at once, then for all but those that the message names, and for one
/// after the other only where it names none.
///
/// # Errors
/// Whatever `works` fails with; that it does not work without any candidate is none.
pub fn accepted(
    candidates: &[&'static Candidate],
    works: &dyn Fn(&[&str]) -> Result<Output>,
) -> Result<Accepted> {
    let mut left = candidates.to_vec();
    loop {
        let answer = works(&left.concat())?;
        let asked = left.len();
        if !answer.success {
            left.retain(|candidate| !candidate.iter().any(|flag| refuses(&answer, flag)));
        }
        if answer.success || asked == 0 {
            return Ok(Accepted {
                candidates: left,
                answer,
            });
        }
        if left.len() == asked {
            break;
        }
    }
    let answer = works(&[])?;
    let mut candidates = Vec::new();
    if answer.success && left.len() > 1 {
        for candidate in left {
            if works(candidate)?.success {
                candidates.push(candidate);
            }
        }
    }
    Ok(Accepted { candidates, answer })
}

/// Whether an error names `flag`, as "unknown argument: '-x'" does, and not as what was meant.
pub fn refuses(answer: &Output, flag: &str) -> bool {
    let named = format!("'{flag}'");
    answer.stderr.lines().any(|line| {
        let told = line.split("did you mean").next().unwrap_or_default();
        line.contains("error:") && told.contains(&named)
    })
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    const ALL: [&Candidate; 3] = [&["-a"], &["-b", "-b2"], &["-c"]];

    /// What a driver takes that refuses flags with these words, and how often it was asked.
    fn ask(refused: &[&str], words: &str) -> (Vec<&'static Candidate>, usize) {
        let asked = RefCell::new(0);
        let works = |flags: &[&str]| {
            *asked.borrow_mut() += 1;
            let bad: Vec<_> = flags.iter().filter(|f| refused.contains(f)).collect();
            let lines = bad.iter().map(|flag| words.replace("FLAG", flag) + "\n");
            Ok(Output {
                success: bad.is_empty(),
                stdout: String::new(),
                stderr: lines.collect(),
            })
        };
        let accepted = accepted(&ALL, &works).unwrap();
        (accepted.candidates, asked.into_inner())
    }

    #[test]
    fn what_all_is_taken_of_is_asked_once() {
        assert_eq!(ask(&[], ""), (ALL.to_vec(), 1));
    }

    #[test]
    fn what_the_message_names_is_not_asked_for_again() {
        let words = "cc: error: unknown argument 'FLAG'; did you mean '-c'?";
        assert_eq!(ask(&["-a", "-b2"], words), (vec![ALL[2]], 2));
    }

    #[test]
    fn without_a_name_they_are_asked_for_one_by_one() {
        for words in [
            "error: no",
            "ignoring 'FLAG'",
            "error: did you mean 'FLAG'?",
        ] {
            assert_eq!(ask(&["-c"], words), (ALL[..2].to_vec(), 5), "{words}");
        }
    }
}
