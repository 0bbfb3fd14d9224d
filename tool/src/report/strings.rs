//! Texts that occur often, by number. The numbers are in alphabetical order in the end, so that
//! rows are sorted by comparing them; it must not know what the texts are.

use std::collections::HashMap;

/// Texts, by the numbers under which they were first met.
#[derive(Debug, Default)]
pub struct Strings {
    numbers: HashMap<String, u32>,
}

impl Strings {
    /// The number of `text`, a new one where it was not met before.
    pub fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = self.numbers.len() as u32;
        self.numbers.insert(text.to_owned(), number);
        number
    }

    /// The texts in alphabetical order, and for each number the place that its text has there.
    pub fn sorted(self) -> (Vec<String>, Vec<u32>) {
        let mut texts: Vec<(String, u32)> = self.numbers.into_iter().collect();
        texts.sort();
        let mut places = vec![0; texts.len()];
        for (place, (_, number)) in texts.iter().enumerate() {
            places[*number as usize] = place as u32;
        }
        (texts.into_iter().map(|(text, _)| text).collect(), places)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_there_once_and_in_order() {
        let mut strings = Strings::default();
        let numbers = ["b", "c", "b", "a"].map(|text| strings.number(text));

        let (texts, places) = strings.sorted();

        assert_eq!(texts, ["a", "b", "c"]);
        assert_eq!(numbers.map(|number| places[number as usize]), [1, 2, 1, 0]);
    }
}
