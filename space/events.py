"""How the page's own events run."""

from typing import Any

# Nobody calls them from outside, they wait for nobody, and they draw no spinner.
PRIVATE: dict[str, Any] = {"api_visibility": "private", "queue": False, "show_progress": "hidden"}

# What follows the language. Gradio runs all that listens to an event again for one `always_last` that had to
# wait, and two of those on one event can wait for each other without end: on any event there is one at most.
AT_ONCE: dict[str, Any] = {"trigger_mode": "multiple"}
