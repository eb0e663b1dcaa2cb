"""What the elements of a drawing do when a token reaches them: our specs in place of SpiffWorkflow's."""
