//! The door for everybody else: HTTP on a socket.
//!
//! `GET /` says what this is. `GET /_sim/faults` tells what goes wrong, and `PUT /_sim/faults` with `throttle=0.3,cut=0.1`, or with
//! nothing, changes it.

use std::{convert::Infallible, future::Future, io, pin::pin, time::Duration};

use bytes::Bytes;
use http::{Method, Response};
use http_body_util::{BodyExt, Limited, StreamBody, combinators::UnsyncBoxBody};
use hyper::{
    body::{Frame, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use super::{
    Delivery, Sim,
    wire::{Reply, Request},
};

/// Longest request: far above 500 metric queries.
const LONGEST: usize = 4 << 20;
/// How long connections may take to finish after the end was asked for.
const GRACE: Duration = Duration::from_millis(500);

type Body = UnsyncBoxBody<Bytes, io::Error>;

/// Serves a simulated AWS until `shutdown` is done.
pub async fn serve(sim: Sim, listener: TcpListener, shutdown: impl Future<Output = ()>) -> io::Result<()> {
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(sim.clone(), stream));
                }
                Err(error) => tracing::warn!(%error, "a connection could not be accepted"),
            },
            Some(_) = connections.join_next() => {}
        }
    }
    let rest = async { while connections.join_next().await.is_some() {} };
    // Whoever keeps a connection open without using it is not waited for.
    let _ = tokio::time::timeout(GRACE, rest).await;
    Ok(())
}

async fn connection(sim: Sim, stream: TcpStream) {
    let service = service_fn(move |request| {
        let sim = sim.clone();
        async move { Ok::<_, Infallible>(handle(&sim, request).await) }
    });
    let served = http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service).await;
    if let Err(error) = served {
        tracing::debug!(%error, "a connection ended");
    }
}

async fn handle(sim: &Sim, request: http::Request<Incoming>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let Ok(body) = Limited::new(body, LONGEST).collect().await else {
        return whole(Reply::plain(413, "the request is too long, or broke off\n"));
    };
    let body = body.to_bytes();
    let path = head.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    if path == "/_sim/faults" {
        return whole(faults(sim, &head.method, &body));
    }
    if path == "/" && matches!(head.method, Method::GET | Method::HEAD) {
        return whole(Reply::plain(200, "a simulated AWS: point any AWS client's endpoint URL here\n"));
    }
    match Request::read(&head.method, path, &head.headers, &body) {
        Ok(request) => deliver(sim.answer(&request)).await,
        Err(reply) => whole(reply),
    }
}

fn faults(sim: &Sim, method: &Method, body: &Bytes) -> Reply {
    if *method == Method::GET {
        return Reply::plain(200, &sim.faults());
    }
    match String::from_utf8_lossy(body).trim().parse() {
        Ok(faults) => {
            sim.set_faults(faults);
            Reply::plain(200, &sim.faults())
        }
        Err(complaint) => Reply::plain(400, &complaint),
    }
}

async fn deliver(delivery: Delivery) -> Response<Body> {
    match delivery {
        Delivery::Never => std::future::pending().await,
        Delivery::Whole(after, reply) => {
            tokio::time::sleep(after).await;
            whole(reply)
        }
        Delivery::Cut(after, reply) => {
            tokio::time::sleep(after).await;
            cut(reply)
        }
    }
}

fn whole(reply: Reply) -> Response<Body> {
    let body = http_body_util::Full::new(reply.body.clone()).map_err(|never| match never {}).boxed_unsync();
    respond(reply, body)
}

/// Half of the answer, then an error: hyper closes the connection in the middle of the body.
fn cut(reply: Reply) -> Response<Body> {
    let half = reply.body.slice(..reply.body.len() / 2);
    let frames = futures::stream::iter([Ok(Frame::data(half)), Err(io::Error::from(io::ErrorKind::ConnectionReset))]);
    respond(reply, StreamBody::new(frames).boxed_unsync())
}

fn respond(reply: Reply, body: Body) -> Response<Body> {
    let start = Response::builder().status(reply.status);
    let built = reply.headers.into_iter().fold(start, |response, (name, value)| response.header(name, value)).body(body);
    built.unwrap_or_else(|_| Response::new(http_body_util::Empty::new().map_err(|never| match never {}).boxed_unsync()))
}
