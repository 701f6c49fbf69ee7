"""The engines that read pixels. Each module offers ``build(settings) -> Engine``; none is imported before it is asked for."""
