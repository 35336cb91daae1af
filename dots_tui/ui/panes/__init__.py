"""The panes, one module each. Panes only draw with Textual; other packages do the work."""
