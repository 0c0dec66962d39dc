"""The company's HTTP doors, one module per topic; they read a request, call the company, and show the answer."""
