"""deaf - a way to the broker on which single connections fall silent: what is asked arrives, no answer comes back, nothing is closed."""
import socket
import threading

FOR_EVER = 1 << 60

class Deaf:
    """Forwards a loopback port to `target`. Connections count from 1; those in `silent` get so many answers and no more."""

    def __init__(self, port, target):
        self.target = target
        self.silent = {}
        self.n_connections = 0
        self.sockets = []
        self.listener = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self.accept, daemon=True).start()

    def begin(self, silent):
        """Count anew. `silent`: connection → answers that still come."""
        self.silent, self.n_connections = dict(silent), 0

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.n_connections += 1
            broker = socket.create_connection(("127.0.0.1", self.target))
            self.sockets += [client, broker]
            threading.Thread(target=forward, args=(client, broker, FOR_EVER), daemon=True).start()
            threading.Thread(target=forward, args=(broker, client, self.silent.get(self.n_connections, FOR_EVER)), daemon=True).start()

    def close(self):
        for s in [self.listener, *self.sockets]:
            s.close()


def forward(source, sink, n_left):
    try:
        while data := source.recv(65536):
            if n_left > 0:
                sink.sendall(data)
            n_left -= 1
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # one of the two is gone; so is what the other had to say
