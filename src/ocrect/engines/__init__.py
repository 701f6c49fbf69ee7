"""The engines that read pixels. Each module offers ``build(settings) -> Engine``; nothing is imported before it is asked for."""
