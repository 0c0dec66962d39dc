"""Applications (业务办理): what a customer may apply for, with which papers, and how far it is."""
