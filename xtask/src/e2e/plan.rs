//! Which lane tells which story next: the stories of a group after one another on the same lane, as
//! they share a checkout and the Bazel that has analysed it. It must not know how they are told.

use std::collections::VecDeque;

/// The stories that nobody tells yet.
#[derive(Debug)]
pub struct Plan {
    groups: Vec<Group>,
}

#[derive(Debug)]
struct Group {
    /// Whether a lane has begun with it.
    begun: bool,
    left: VecDeque<&'static str>,
}

impl Plan {
    /// Of stories by group.
    pub fn new(groups: impl IntoIterator<Item = Vec<&'static str>>) -> Self {
        let groups = groups.into_iter().map(|left| Group {
            begun: false,
            left: left.into(),
        });
        Self {
            groups: groups.collect(),
        }
    }

    /// The next story for a lane whose last one was of the group `last`, and the group that it is of:
    /// of the same group, else of the largest that no lane has begun, else the last one of the group
    /// that has the most left.
    pub fn next(&mut self, last: Option<usize>) -> Option<(usize, &'static str)> {
        if let Some(at) = last
            && let Some(story) = self.groups[at].left.pop_front()
        {
            return Some((at, story));
        }
        if let Some(at) = self.largest(|group| !group.begun) {
            let group = &mut self.groups[at];
            group.begun = true;
            return Some((at, group.left.pop_front()?));
        }
        let at = self.largest(|_| true)?;
        Some((at, self.groups[at].left.pop_back()?))
    }

    /// The first of the groups with the most stories left, of those that are `wanted`.
    fn largest(&self, wanted: impl Fn(&Group) -> bool) -> Option<usize> {
        let groups = self.groups.iter().enumerate();
        let wanted = groups.filter(|(_, group)| wanted(group) && !group.left.is_empty());
        let largest = wanted.rev().max_by_key(|(_, group)| group.left.len());
        largest.map(|(at, _)| at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lane_keeps_to_its_group_and_helps_out_in_the_end() {
        let mut plan = Plan::new([vec!["a1"], vec!["b1", "b2", "b3"], vec!["c1", "c2"]]);

        let one = plan.next(None);
        let two = plan.next(None);
        assert_eq!((one, two), (Some((1, "b1")), Some((2, "c1"))));
        assert_eq!(plan.next(Some(2)), Some((2, "c2")));
        assert_eq!(plan.next(Some(2)), Some((0, "a1")));
        assert_eq!(plan.next(Some(0)), Some((1, "b3")));
        assert_eq!(plan.next(Some(1)), Some((1, "b2")));
        assert_eq!(plan.next(Some(1)), None);
    }
}
