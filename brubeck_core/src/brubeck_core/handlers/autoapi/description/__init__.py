"""What an application tells about its APIs: manifest, OpenAPI, and pages for people."""
