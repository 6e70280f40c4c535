//! The lab's side of a connection: a TCP socket that a request can have torn down.

use super::tls::Tls;
use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::server::TlsStream;
use tokio_rustls::{Accept, TlsAcceptor};

/// A request's hold on the connection it came over.
#[derive(Clone, Debug, Default)]
pub struct Wire(Arc<AtomicBool>);

impl Wire {
    /// Has the connection end with a reset (RST) instead of an answer.
    pub fn reset(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn is_reset(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// Accepts the lab's connections.
pub struct Sockets {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
}

impl Sockets {
    /// Those that `listener` gets, spoken to in TLS where `tls` says with what.
    pub fn new(listener: TcpListener, tls: Option<&Tls>) -> Self {
        Self { listener, tls: tls.map(Tls::acceptor) }
    }
}

impl Listener for Sockets {
    type Io = Socket;
    type Addr = Wire;

    async fn accept(&mut self) -> (Socket, Wire) {
        let (stream, _) = Listener::accept(&mut self.listener).await;
        // Without it only the last packet of an answer comes later.
        drop(stream.set_nodelay(true));
        let stream = match &self.tls {
            None => Stream::Plain(stream),
            // The handshake is made when the connection is first read: here it would hold up all others.
            Some(tls) => Stream::Opening(Box::new(tls.accept(stream))),
        };
        let wire = Wire::default();
        (Socket { stream, wire: wire.clone() }, wire)
    }

    fn local_addr(&self) -> io::Result<Wire> {
        self.listener.local_addr().map(|_: SocketAddr| Wire::default())
    }
}

impl Connected<IncomingStream<'_, Sockets>> for Wire {
    fn connect_info(stream: IncomingStream<'_, Sockets>) -> Self {
        stream.remote_addr().clone()
    }
}

/// A connection.
pub struct Socket {
    stream: Stream,
    wire: Wire,
}

enum Stream {
    Plain(TcpStream),
    /// Its handshake is under way.
    Opening(Box<Accept<TcpStream>>),
    Tls(Box<TlsStream<TcpStream>>),
}

/// What both kinds of connection can do.
trait Both: AsyncRead + AsyncWrite + Unpin {}

impl<T: AsyncRead + AsyncWrite + Unpin> Both for T {}

impl Socket {
    /// The connection once it is open, to be read or written unless it was torn down.
    fn opened(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Pin<&mut (dyn Both + Send)>>> {
        if self.wire.is_reset() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        if let Stream::Opening(handshake) = &mut self.stream {
            self.stream = Stream::Tls(Box::new(ready!(Pin::new(handshake).poll(cx))?));
        }
        Poll::Ready(match &mut self.stream {
            Stream::Plain(stream) => Ok(Pin::new(stream)),
            Stream::Tls(stream) => Ok(Pin::new(&mut **stream)),
            Stream::Opening(_) => Err(io::ErrorKind::NotConnected.into()),
        })
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        let tcp = match &self.stream {
            Stream::Plain(stream) => Some(stream),
            Stream::Opening(handshake) => handshake.get_ref(),
            Stream::Tls(stream) => Some(stream.get_ref().0),
        };
        if let Some(tcp) = tcp.filter(|_| self.wire.is_reset()) {
            // Closing without lingering sends RST. Where the system refuses, the connection closes all the same.
            drop(tcp.set_zero_linger());
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        ready!(self.opened(cx))?.poll_read(cx, buffer)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.opened(cx))?.poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.opened(cx))?.poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        matches!(&self.stream, Stream::Plain(stream) if stream.is_write_vectored())
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.opened(cx))?.poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.opened(cx))?.poll_shutdown(cx)
    }
}
