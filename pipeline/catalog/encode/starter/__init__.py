"""The starter model: installed packages put together as one folder in OpenCLIP's format."""
