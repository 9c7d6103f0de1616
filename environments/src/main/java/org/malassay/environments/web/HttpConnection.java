package org.malassay.environments.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.malassay.environment.Output;

/**
 * One request to a guest's web service, and its answer, whose bytes may be hostile: a sample may
 * share memory with the service, or stand in its place. Nothing here waits without end or keeps
 * more than it must.
 */
public final class HttpConnection implements AutoCloseable {
  private static final int MAX_HEAD = 8 * 1024;
  private static final int CHUNK = 64 * 1024;
  private static final Pattern STATUS =
      Pattern.compile("HTTP/1\\.[01] ([1-5]\\d\\d)(?: [^\\r\\n]*)?\\r?\\n");

  private static final Pattern LENGTH =
      Pattern.compile("\\r\\nContent-Length: (\\d{1,18})\\r\\n", Pattern.CASE_INSENSITIVE);

  private static final int OK = 200;

  private final Socket socket = new Socket();
  private final CompletableFuture<Void> patience = new CompletableFuture<>();
  private volatile boolean isLate;
  private InputStream in = InputStream.nullInputStream();

  private HttpConnection() {}

  /**
   * Asks for the page.
   *
   * @param port of the host's loopback
   * @param timeout after which the connection is closed, unless {@link #takeYourTime} comes first
   * @throws SocketTimeoutException if the guest does not take it in time
   * @throws IOException if the guest does not take it
   */
  public static HttpConnection get(int port, Duration timeout) throws IOException {
    return get(port, "/", timeout);
  }

  /**
   * Asks for something else; otherwise the same.
   *
   * @param path in letters that mean themselves in a request
   */
  public static HttpConnection get(int port, String path, Duration timeout) throws IOException {
    return send(
        port,
        "GET %s HTTP/1.0\r\nHost: localhost\r\nUser-Agent: malassay\r\n\r\n".formatted(path),
        InputStream.nullInputStream(),
        0,
        timeout);
  }

  /**
   * Sends a body; otherwise the same as {@link #get}.
   *
   * @param path in letters that mean themselves in a request
   * @param body as long as said
   */
  public static HttpConnection post(
      int port, String path, InputStream body, long length, Duration timeout) throws IOException {
    return send(
        port,
        "POST %s HTTP/1.1\r\nHost: guest\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
            .formatted(path, length),
        body,
        length,
        timeout);
  }

  private static HttpConnection send(
      int port, String head, InputStream body, long length, Duration timeout) throws IOException {
    HttpConnection connection = new HttpConnection();
    try {
      connection.connect(port, timeout);
      connection.write(head, body, length);
      return connection;
    } catch (IOException e) {
      connection.close();
      throw connection.inTime(e);
    }
  }

  private void connect(int port, Duration timeout) throws IOException {
    // One limit for the whole: those of single reads and writes start anew with each byte that
    // drips in.
    var unused =
        patience
            .completeOnTimeout(null, timeout.toMillis(), TimeUnit.MILLISECONDS)
            .thenRun(this::giveUp);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
  }

  private void write(String head, InputStream body, long length) throws IOException {
    OutputStream out = socket.getOutputStream();
    ByteArrayOutputStream first = new ByteArrayOutputStream();
    first.writeBytes(head.getBytes(ISO_8859_1));
    long sent = 0;
    do {
      byte[] piece = body.readNBytes((int) Math.min(CHUNK, length - sent));
      if (piece.length == 0 && sent < length) {
        throw new IOException("what was to be sent has become shorter than it was");
      }
      first.writeBytes(piece);
      sent += piece.length;
      try {
        first.writeTo(out); // head and body in one packet, where they fit
      } catch (IOException e) {
        return; // a guest that has refused it already says so in its answer, or says nothing
      }
      first.reset();
    } while (sent < length);
  }

  /**
   * Reads the head of the answer.
   *
   * @return the HTTP status
   * @throws SocketTimeoutException if there is none in time
   * @throws IOException if there is none, or it is none
   */
  public int status() throws IOException {
    try {
      return status(readHead());
    } catch (IOException e) {
      throw inTime(e);
    }
  }

  /**
   * Reads the answer as it came, its head included.
   *
   * @param most of which no more is read
   * @throws SocketTimeoutException if it does not end in time
   */
  byte[] answer(int most) throws IOException {
    try {
      return in.readNBytes(most);
    } catch (IOException e) {
      throw inTime(e);
    }
  }

  private IOException inTime(IOException e) {
    return isLate ? (IOException) new SocketTimeoutException("no answer in time").initCause(e) : e;
  }

  /**
   * Reads the head of the answer, and the beginning of what it says.
   *
   * @param most how many bytes are kept
   * @return empty when the status is another than 200
   * @throws SocketTimeoutException if it does not come in time
   * @throws IOException if it is no answer, or ends before its length
   */
  public Optional<Output> contents(int most) throws IOException {
    try {
      String head = readHead();
      Matcher length = LENGTH.matcher(head);
      if (status(head) != OK) {
        return Optional.empty();
      }
      if (!length.find()) {
        throw new IOException("an HTTP answer without its length");
      }
      long total = Long.parseLong(length.group(1));
      byte[] bytes = in.readNBytes((int) Math.min(most, total));
      if (bytes.length < Math.min(most, total)) {
        throw new IOException("an HTTP answer that ends before its length");
      }
      return Optional.of(new Output(bytes, total));
    } catch (IOException e) {
      throw inTime(e);
    }
  }

  private String readHead() throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!endsHead(head)) {
      int b = in.read();
      if (b < 0 || head.size() == MAX_HEAD) {
        throw new IOException("no HTTP answer");
      }
      head.write(b);
    }
    return head.toString(ISO_8859_1);
  }

  private static int status(String head) throws IOException {
    Matcher status = STATUS.matcher(head);
    if (!status.lookingAt()) {
      throw new IOException("no HTTP answer");
    }
    return Integer.parseInt(status.group(1));
  }

  private static boolean endsHead(ByteArrayOutputStream head) {
    return head.size() >= 4 && head.toString(ISO_8859_1).endsWith("\r\n\r\n");
  }

  /** The rest of the answer, after its head. */
  public InputStream body() {
    return in;
  }

  /** Keeps the connection until it is closed by somebody. */
  public void takeYourTime() {
    patience.cancel(false);
  }

  private void giveUp() {
    isLate = true;
    disconnect();
  }

  private void disconnect() {
    try {
      socket.close();
    } catch (IOException e) {
      // nothing is lost with it
    }
  }

  @Override
  public void close() {
    patience.cancel(false);
    disconnect();
  }
}
