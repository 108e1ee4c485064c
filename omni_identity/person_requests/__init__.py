"""What a privacy officer carries out for one person: erasures and exports, for the command and for the desk."""
