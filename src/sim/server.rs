//! The door for everybody else: HTTP on a socket.
//!
//! `GET /` says what this is. `GET /_sim/faults` tells what goes wrong, and `PUT /_sim/faults` with `throttle=0.3,cut=0.1`, or with
//! nothing, changes it.

use std::{convert::Infallible, future::Future, io, pin::pin, time::Duration};

use bytes::Bytes;
use futures::StreamExt;
use http::{Method, Response, header::CONTENT_LENGTH, request::Parts};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited, StreamBody, combinators::UnsyncBoxBody};
use hyper::{
    body::{Frame, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};

use super::{
    Delivery, Sim,
    wire::{Reply, Request},
};

/// Longest request: far above 500 metric queries.
const LONGEST: usize = 4 << 20;
/// How long answers may take to finish after the end was asked for. A hanging one never does.
const GRACE: Duration = Duration::from_secs(1);
/// How long to wait when the system has no more sockets.
const BREATH: Duration = Duration::from_millis(50);

type Body = UnsyncBoxBody<Bytes, io::Error>;

/// Serves a simulated AWS until `shutdown` is done; answers that are under way are finished, connections without one are closed.
pub async fn serve(sim: Sim, listener: TcpListener, shutdown: impl Future<Output = ()>) -> io::Result<()> {
    let mut connections = JoinSet::new();
    let (end, ended) = watch::channel(());
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(sim.clone(), stream, ended.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(BREATH).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
    drop(end);
    let rest = async { while connections.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(GRACE, rest).await;
    Ok(())
}

async fn connection(sim: Sim, stream: TcpStream, mut ended: watch::Receiver<()>) {
    // Answers are written whole; waiting for more to send would only delay them.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let sim = sim.clone();
        async move { Ok::<_, Infallible>(handle(&sim, request).await) }
    });
    let served = http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
    let mut served = pin!(served);
    let outcome = tokio::select! {
        outcome = &mut served => outcome,
        _ = ended.changed() => {
            served.as_mut().graceful_shutdown();
            served.await
        }
    };
    if let Err(error) = outcome {
        tracing::debug!(%error, "a connection ended");
    }
}

async fn handle(sim: &Sim, request: http::Request<Incoming>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let body = match Limited::new(body, LONGEST).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => return whole(Reply::plain(413, "the request is too long\n")),
        Err(_) => return whole(Reply::plain(400, "the request broke off\n")),
    };
    let path = head.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    match path {
        "/_sim/faults" => whole(faults(sim, &head.method, &body)),
        "/" if matches!(head.method, Method::GET | Method::HEAD) => whole(Reply::plain(200, GREETING)),
        path => answer(sim, &head, path, &body).await,
    }
}

const GREETING: &str = "A simulated AWS: point the endpoint URL of any AWS client here.\n";

async fn answer(sim: &Sim, head: &Parts, path: &str, body: &Bytes) -> Response<Body> {
    match Request::read(&head.method, path, &head.headers, body) {
        Ok(request) => deliver(sim.answer(&request)).await,
        Err(reply) => whole(reply),
    }
}

fn faults(sim: &Sim, method: &Method, body: &Bytes) -> Reply {
    let told = || Reply::plain(200, &format!("{}\n", sim.faults()));
    match *method {
        Method::GET | Method::HEAD => told(),
        Method::PUT | Method::POST => match String::from_utf8_lossy(body).trim().parse() {
            Ok(faults) => {
                sim.set_faults(faults);
                told()
            }
            Err(complaint) => Reply::plain(400, &format!("{complaint}\n")),
        },
        _ => Reply::plain(405, "GET tells the faults, PUT sets them\n"),
    }
}

async fn deliver(delivery: Delivery) -> Response<Body> {
    match delivery {
        Delivery::Never => std::future::pending().await,
        Delivery::Whole(after, reply) => {
            super::wait(after).await;
            whole(reply)
        }
        Delivery::Cut(after, reply) => {
            super::wait(after).await;
            cut(reply)
        }
    }
}

fn whole(reply: Reply) -> Response<Body> {
    let body = Full::new(reply.body.clone()).map_err(|never| match never {}).boxed_unsync();
    respond(reply, body)
}

/// Promises the whole answer, sends half of it, and fails: hyper closes the connection in the middle of the body.
fn cut(mut reply: Reply) -> Response<Body> {
    reply.headers.push((CONTENT_LENGTH.as_str(), reply.body.len().to_string()));
    let half = reply.body.slice(..reply.body.len() / 2);
    let frames = [Ok(Frame::data(half)), Err(io::Error::from(io::ErrorKind::ConnectionReset))];
    let frames = futures::stream::iter(frames).then(|frame| async {
        // The first half goes out before the failure is seen.
        tokio::time::sleep(Duration::from_millis(1)).await;
        frame
    });
    respond(reply, StreamBody::new(frames).boxed_unsync())
}

fn respond(reply: Reply, body: Body) -> Response<Body> {
    let start = Response::builder().status(reply.status);
    let built = reply.headers.into_iter().fold(start, |response, (name, value)| response.header(name, value)).body(body);
    built.unwrap_or_else(|_| Response::new(Full::default().map_err(|never| match never {}).boxed_unsync()))
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;
    use crate::sim::Settings;

    /// What comes back for these bytes until the other side closes.
    async fn exchange(sim: &Sim, bytes: &[u8]) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let bytes = bytes.to_vec();
        let client = tokio::task::spawn_blocking(move || {
            let mut stream = std::net::TcpStream::connect(address).expect("a connection");
            let mut answer = Vec::new();
            // The other side may answer and close before it has read everything.
            let _ = stream.write_all(&bytes);
            let _ = stream.read_to_end(&mut answer);
            String::from_utf8_lossy(&answer).into_owned()
        });
        let (told, answered) = tokio::sync::oneshot::channel();
        let ended = async {
            let _ = told.send(client.await.expect("an answer"));
        };
        serve(sim.clone(), listener, ended).await.expect("served");
        answered.await.expect("an answer")
    }

    fn post(body: &str) -> String {
        format!("POST / HTTP/1.1\r\nhost: ec2.eu-west-1.amazonaws.com\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())
    }

    #[tokio::test]
    async fn odd_requests_are_answered() {
        let sim = Sim::new(Settings::default());
        let close = |head: &str| format!("{head}\r\nhost: x\r\nconnection: close\r\n\r\n");
        let cases = [
            (close("GET / HTTP/1.1"), "200 OK", "simulated AWS"),
            (close("HEAD / HTTP/1.1"), "200 OK", ""),
            (close("PATCH /what HTTP/1.1"), "400 Bad Request", "InvalidRequest"),
            (close("DELETE /_sim/faults HTTP/1.1"), "405", "PUT"),
            (post("Action=DescribeRegions&Version=2016-11-15"), "200 OK", "<regionName>eu-west-1</regionName>"),
            (post("Action=%ff%00"), "400 Bad Request", "InvalidAction"),
            ("\0\0\0\r\n\r\n".to_owned(), "400 Bad Request", ""),
        ];
        for (request, status, words) in cases {
            let answer = exchange(&sim, request.as_bytes()).await;
            assert!(answer.contains(status) && answer.contains(words), "{request}\n{answer}");
        }
    }

    #[tokio::test]
    async fn a_huge_request_is_refused() {
        let answer = exchange(&Sim::new(Settings::default()), post(&"x".repeat(LONGEST + 1)).as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    }

    #[tokio::test]
    async fn a_cut_answer_promises_more_than_it_sends() {
        let sim = Sim::new(Settings { faults: "cut=1".parse().expect("faults"), ..Settings::default() });
        let answer = exchange(&sim, post("Action=DescribeInstances").as_bytes()).await;
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        let promised: usize =
            head.split_once("content-length: ").and_then(|(_, rest)| rest.lines().next()?.parse().ok()).expect("a length");
        assert!(head.starts_with("HTTP/1.1 200") && !body.is_empty() && body.len() < promised, "{} of {promised}", body.len());
    }

    #[tokio::test]
    async fn faults_are_changed_over_http() {
        let sim = Sim::new(Settings::default());
        let put = |text: &str| {
            format!("PUT /_sim/faults HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{text}", text.len())
        };
        assert!(exchange(&sim, put("throttle=30%,cut=0.1").as_bytes()).await.ends_with("throttle=0.3,cut=0.1\n"));
        assert!(exchange(&sim, put("oops=1").as_bytes()).await.contains("there is no fault `oops`"));
        assert_eq!(sim.faults(), "throttle=0.3,cut=0.1");
        exchange(&sim, put("").as_bytes()).await;
        assert_eq!(sim.faults(), "");
    }
}
