"""The Space's entry point."""

from space.page import build, launch

demo = build()

if __name__ == "__main__":
    launch(demo)
