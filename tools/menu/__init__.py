"""The menus under the chats of WeChat and Alipay: read from one file, checked against each platform, published."""
