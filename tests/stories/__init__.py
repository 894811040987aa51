"""Stories: one test per thing that happens to a customer or an agent, told in the domain's words."""
