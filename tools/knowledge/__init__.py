"""What an editor of the answers runs: python -m tools.knowledge check | figures | ask."""
