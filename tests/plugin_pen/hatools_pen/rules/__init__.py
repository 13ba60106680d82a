"""The rules about pen's command lines, one file each, named by what is wrong."""
