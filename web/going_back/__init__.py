"""Going back: sending a task back, withdrawing one, cancelling an own case, changing its approvers."""
