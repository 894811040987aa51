"""PURE flows: walks contacts through menus on voice and text, and checks flows before they go live."""
