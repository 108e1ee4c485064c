"""What the commands show: each screen from what it is given to lines at the terminal."""
