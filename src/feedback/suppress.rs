//! Which results of classes are not shown to a unit, so that no few ballots can be told apart.
//!
//! A class with fewer than `k` ballots is hidden. What is hidden must not follow from the rest: the component's rate and
//! the shown classes would give away a single hidden class. So while only one class is hidden, or the hidden ones together
//! have fewer than `k` ballots, the class with the fewest ballots among those shown is hidden too (the first in the order
//! of the model among equals).

/// What becomes of each class: whether it is hidden. `ballots` holds none for a class without a result.
pub fn hidden(ballots: &[Option<usize>], k: usize) -> Vec<bool> {
    let mut hidden: Vec<bool> = ballots.iter().map(|count| count.is_some_and(|count| count < k)).collect();
    loop {
        let (count, sum) = ballots
            .iter()
            .zip(&hidden)
            .filter(|(_, hidden)| **hidden)
            .fold((0, 0), |(n, sum), (own, _)| (n + 1, sum + own.unwrap_or(0)));
        if count == 0 || (count > 1 && sum >= k) {
            return hidden;
        }
        let shown = (0..ballots.len()).filter(|index| !hidden[*index] && ballots[*index].is_some());
        let Some(next) = shown.min_by_key(|index| (ballots[*index], *index)) else { return hidden };
        hidden[next] = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_than_k_ballots_are_hidden_and_k_are_shown() {
        assert_eq!(hidden(&[Some(5), Some(5), Some(9)], 5), [false, false, false]);
        assert_eq!(hidden(&[Some(4), Some(3), Some(9)], 5), [true, true, false], "two hidden classes need no third");
    }

    #[test]
    fn a_single_hidden_class_takes_the_next_smallest_along() {
        assert_eq!(hidden(&[Some(4), Some(12), Some(9)], 5), [true, false, true]);
        assert_eq!(hidden(&[Some(4), Some(9), Some(9)], 5), [true, true, false], "the first among equals");
        assert_eq!(hidden(&[Some(4), None, None], 5), [true, false, false], "there is no other");
    }

    #[test]
    fn hidden_classes_together_have_at_least_k_ballots() {
        assert_eq!(hidden(&[Some(1), Some(2), Some(9), Some(8)], 5), [true, true, false, true]);
    }
}
