"""Status files and scrapes in, the flow of the data hop by hop out."""
