"""What each section of a report is called, by its key."""

HEADINGS = {
    "tiers": "How far it gets us",
    "portfolio": "What we would start",
    "goals": "Targets met and missed",
    "resources": "Money and capacity",
    "today": "Against today's plan",
    "trade_offs": "What balance costs",
    "rules": "What our rules cost",
    "argued": "Closest calls",
    "classes": "Safe, contested and out",
    "chances": "How likely each target is",
    "room": "What the room says",
    "fair": "What everybody can live with",
    "voices": "Who would lose most, and why",
    "options": "Other options and who did not agree",
    "left_out": "What is left out and why",
    "to_come": "Still to come",
    "assumptions": "What this rests on",
    "equality": "Equality and quality impact",
    "equations": "The model in short",
}
