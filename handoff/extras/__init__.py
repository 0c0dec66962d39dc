"""Value-added offers (增值服务推介): to whom and when one may be made, and what became of it; for bot and notices."""
