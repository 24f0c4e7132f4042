"""A requisition file in; fed through the whole stack, a report and a summary in words out."""
