//! A browser without a window, driven through its debugging protocol: pages are opened, clicked, read and printed as a
//! person would, and whatever the page says on its console or asks for outside is kept.

use std::io::Write as _;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::stream::MaybeTlsStream;
use tungstenite::{Message, WebSocket};

/// The program.
const CHROMIUM: &str = "chromium";
/// How long a browser may take for anything.
const PATIENCE: Duration = Duration::from_secs(90);

/// Whether the browser is there; a run without it says so, and CI must have it.
pub(crate) fn is_there() -> bool {
    if Command::new(CHROMIUM).arg("--version").output().is_ok() {
        return true;
    }
    assert!(std::env::var_os("CI").is_none(), "CI must have {CHROMIUM}");
    let test = std::thread::current();
    // Past libtest, which shows only what failing tests print.
    let mut shown = std::io::stderr();
    writeln!(shown, "test {} ... skipped: {CHROMIUM} is absent", test.name().unwrap_or("a test")).unwrap();
    false
}

/// A browser with one page.
pub(crate) struct Browser {
    process: Child,
    socket: WebSocket<MaybeTlsStream<TcpStream>>,
    next: u64,
    /// Errors of the console, and dialogs.
    pub(crate) complaints: Vec<String>,
    /// What the page asked for.
    pub(crate) requests: Vec<String>,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Opens a file in a new browser.
    pub(crate) fn open(file: &Path) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let process = Command::new(CHROMIUM)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"])
            .args(["--disable-component-update", "--disable-sync", "--disable-quic", "--remote-debugging-port=0"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let port = Self::port(&profile.path().join("DevToolsActivePort"));
        let address = Self::page_of(&port);
        let (socket, _) = tungstenite::connect(address).unwrap();
        let mut browser =
            Self { process, socket, next: 0, complaints: Vec::new(), requests: Vec::new(), _profile: profile };
        for domain in ["Page", "Runtime", "Network", "Log"] {
            browser.call(&format!("{domain}.enable"), &json!({}));
        }
        browser.call("Page.navigate", &json!({ "url": format!("file://{}", file.display()) }));
        browser.until("document.readyState === 'complete' && document.documentElement.classList.contains('js')");
        browser
    }

    fn port(file: &Path) -> String {
        let start = Instant::now();
        loop {
            let port = std::fs::read_to_string(file).ok().and_then(|text| text.lines().next().map(str::to_owned));
            match port {
                Some(port) if !port.is_empty() => return port,
                _ => assert!(start.elapsed() < PATIENCE, "the browser did not start"),
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The address of the page, from the list that the browser serves.
    fn page_of(port: &str) -> String {
        use std::io::{BufRead as _, Read as _};
        let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
        write!(stream, "GET /json/list HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n").unwrap();
        let mut reader = std::io::BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            if let Some(own) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = own.trim().parse().unwrap();
            }
            if line.trim().is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let pages: Value = serde_json::from_slice(&body).unwrap();
        let page = pages.as_array().unwrap().iter().find(|page| page["type"] == "page").unwrap();
        page["webSocketDebuggerUrl"].as_str().unwrap().to_owned()
    }

    fn call(&mut self, method: &str, params: &Value) -> Value {
        self.next += 1;
        let asked = json!({ "id": self.next, "method": method, "params": params });
        self.socket.send(Message::text(asked.to_string())).unwrap();
        loop {
            let Message::Text(text) = self.socket.read().unwrap() else { continue };
            let said: Value = serde_json::from_str(&text).unwrap();
            if said["id"] == self.next {
                assert!(said["error"].is_null(), "{method}: {}", said["error"]);
                return said["result"].clone();
            }
            self.hear(&said);
        }
    }

    fn hear(&mut self, said: &Value) {
        let params = &said["params"];
        match said["method"].as_str().unwrap_or_default() {
            "Network.requestWillBeSent" => {
                self.requests.push(params["request"]["url"].as_str().unwrap_or_default().to_owned());
            }
            "Runtime.exceptionThrown" | "Page.javascriptDialogOpening" => self.complaints.push(params.to_string()),
            "Log.entryAdded" if params["entry"]["level"] == "error" => self.complaints.push(params.to_string()),
            "Runtime.consoleAPICalled" if params["type"] == "error" => self.complaints.push(params.to_string()),
            _ => {}
        }
    }

    /// The value of an expression in the page.
    pub(crate) fn value(&mut self, expression: &str) -> Value {
        let asked = json!({ "expression": expression, "returnByValue": true });
        let said = self.call("Runtime.evaluate", &asked);
        assert!(said["exceptionDetails"].is_null(), "{expression}: {said}");
        said["result"]["value"].clone()
    }

    /// The text of an expression in the page.
    pub(crate) fn text(&mut self, expression: &str) -> String {
        let value = self.value(expression);
        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
    }

    /// Waits until an expression holds.
    pub(crate) fn until(&mut self, expression: &str) {
        let start = Instant::now();
        while self.value(expression) != Value::Bool(true) {
            assert!(start.elapsed() < PATIENCE, "never: {expression}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Clicks in the middle of the first line of the first element of a selector, as a mouse does.
    pub(crate) fn click(&mut self, selector: &str) {
        let find = format!(
            "(() => {{ const e = document.querySelector({selector:?}); e.scrollIntoView({{block: 'center'}}); \
             const r = e.getClientRects()[0]; return [r.x + r.width / 2, r.y + r.height / 2]; }})()"
        );
        let spot = self.value(&find);
        for kind in ["mousePressed", "mouseReleased"] {
            let at = json!({ "type": kind, "x": spot[0], "y": spot[1], "button": "left", "clickCount": 1 });
            self.call("Input.dispatchMouseEvent", &at);
        }
    }

    /// Types a text where the focus is.
    pub(crate) fn types(&mut self, text: &str) {
        self.call("Input.insertText", &json!({ "text": text }));
    }

    /// Presses a key where the focus is.
    pub(crate) fn press(&mut self, key: &str) {
        for kind in ["keyDown", "keyUp"] {
            self.call("Input.dispatchKeyEvent", &json!({ "type": kind, "key": key, "code": key }));
        }
    }

    /// The page as PDF: its size in bytes, and whether it is one.
    pub(crate) fn printed(&mut self) -> (usize, bool) {
        let said = self.call("Page.printToPDF", &json!({ "preferCSSPageSize": true }));
        let data = said["data"].as_str().unwrap_or_default();
        // "%PDF" in base64.
        (data.len(), data.starts_with("JVBERi"))
    }

    /// Nothing was complained about and nothing but the file itself was asked for.
    #[track_caller]
    pub(crate) fn is_quiet(&self, file: &Path) {
        assert_eq!(self.complaints, Vec::<String>::new());
        let own = format!("file://{}", file.display());
        let others: Vec<&String> = self.requests.iter().filter(|url| !url.starts_with(&own)).collect();
        assert_eq!(others, Vec::<&String>::new(), "requests that leave the page");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
