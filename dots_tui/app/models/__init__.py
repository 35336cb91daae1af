"""The models in the buckets of the account: catalog, details, and what can be done with them."""
