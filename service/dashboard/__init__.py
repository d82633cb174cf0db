"""What people look at: pages over the store, rendered here, with the API's own figures."""
