"""tmp"""
from feeds.model import *
KINDS=("feed",)
class _S:
    def first(self, source, state):
        return Request(source.url)
    def read(self, source, response):
        from feeds import parsing
        return parsing.parse(response.body, response.url, response.headers.get("content-type",""))
def connector(kind): return _S()
