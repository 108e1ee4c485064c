"""Finds golden customers, and reads what is published of them: for the command and for the desk."""
