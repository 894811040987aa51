"""Pure call control: lines, bridges, playbacks and stations as one state machine. Decides legs, never who."""
