"""How the seam looks on the wire of contracts/utility.openapi.yml, one module for each subject."""
