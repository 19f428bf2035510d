"""moto's S3, one request at a time: its threads decide who was first without asking each other."""
import io
import threading

import moto.server as moto


class OneAtATime:
    def __init__(self, app):
        self.app = app
        self.turn = threading.Lock()

    def __call__(self, environ, start_response):
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length)
        if len(body) < length:
            raise ConnectionError("the client went away in the middle of a body")
        environ["wsgi.input"] = io.BytesIO(body)
        with self.turn:
            return list(self.app(environ, start_response))


serve = moto.run_simple
moto.run_simple = lambda host, port, app, **options: serve(host, port, OneAtATime(app), **options)
moto.main()
