"""HTTP as values: requests, responses, headers, cookies, forms. No sockets."""
