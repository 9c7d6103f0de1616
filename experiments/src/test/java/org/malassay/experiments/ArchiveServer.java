package org.malassay.experiments;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Serves an archive on this machine's loopback, and misbehaves as it is told to. */
final class ArchiveServer implements AutoCloseable {
  /** What may happen to an answer. */
  enum Fault {
    NOT_FOUND,
    TOO_LONG,
    OTHER_BYTES,
    CUT,
    SLOW,
    SILENT
  }

  /**
   * @param path of the answers that it befalls
   * @param times that it happens, for each path
   */
  private record Misbehavior(Fault fault, Pattern path, int times) {
    boolean befalls(String asked, int time) {
      return path.matcher(asked).find() && time <= times;
    }
  }

  private static final String ROOT = "/debian";
  private static final int STEPS = 20;

  private final Archive archive;
  private final List<Misbehavior> misbehaviors = new CopyOnWriteArrayList<>();
  private final Map<String, Integer> asked = new ConcurrentHashMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;

  private ArchiveServer(Archive archive) throws IOException {
    this.archive = archive;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  static ArchiveServer open(Archive archive) throws IOException {
    ArchiveServer server = new ArchiveServer(archive);
    server.server.createContext(ROOT, server::answer);
    server.server.setExecutor(server.threads);
    server.server.start();
    return server;
  }

  /** What a script is to be told, so that it takes its packages from here. */
  Map<String, String> environment() {
    return Map.of(
        "MALASSAY_DEBIAN_MIRROR",
        address(),
        "MALASSAY_DEBIAN_KEYRING",
        archive.keyring().toString(),
        "no_proxy",
        server.getAddress().getHostString());
  }

  String address() {
    return "http://%s:%d%s"
        .formatted(server.getAddress().getHostString(), server.getAddress().getPort(), ROOT);
  }

  /** Has all answers fail whose path has this in it, a regular expression. */
  ArchiveServer with(Fault fault, String path) {
    return with(fault, path, Integer.MAX_VALUE);
  }

  /** Has the first answer fail for each such path. */
  ArchiveServer withOnce(Fault fault, String path) {
    return with(fault, path, 1);
  }

  private ArchiveServer with(Fault fault, String path, int times) {
    misbehaviors.add(new Misbehavior(fault, Pattern.compile(path), times));
    return this;
  }

  /** From now on all is as it should be. */
  void recover() {
    misbehaviors.clear();
  }

  /** Is gone, with its port. */
  void goAway() {
    server.stop(0);
  }

  /** How often such a path was asked for. */
  int requests(String path) {
    return asked.entrySet().stream()
        .filter(entry -> Pattern.compile(path).matcher(entry.getKey()).find())
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    int time = asked.merge(path, 1, Integer::sum);
    Optional<Fault> fault =
        misbehaviors.stream()
            .filter(it -> it.befalls(path, time))
            .map(Misbehavior::fault)
            .findFirst();
    try (exchange) {
      byte[] file = archive.files().get(path.substring(ROOT.length() + 1));
      if (fault.equals(Optional.of(Fault.SILENT))) {
        await(1, TimeUnit.HOURS);
      }
      if (file == null || fault.equals(Optional.of(Fault.NOT_FOUND))) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      byte[] bytes = fault.map(it -> changed(file, it)).orElse(file);
      exchange.sendResponseHeaders(200, bytes.length);
      send(bytes, fault, exchange.getResponseBody());
    }
  }

  private static byte[] changed(byte[] file, Fault fault) {
    byte[] bytes = Arrays.copyOf(file, file.length + (fault == Fault.TOO_LONG ? 1 : 0));
    if (fault == Fault.OTHER_BYTES) {
      bytes[bytes.length / 2] ^= 1;
    }
    return bytes;
  }

  private void send(byte[] bytes, Optional<Fault> fault, OutputStream body) throws IOException {
    boolean slow = fault.equals(Optional.of(Fault.SLOW));
    int end = fault.equals(Optional.of(Fault.CUT)) ? bytes.length / 2 : bytes.length;
    int step = slow ? bytes.length / STEPS + 1 : bytes.length;
    for (int at = 0; at < end; at += step) {
      body.write(bytes, at, Math.min(step, end - at));
      body.flush();
      if (slow) {
        await(200, TimeUnit.MILLISECONDS);
      }
    }
  }

  /** Nothing, for so long, or until this is closed. */
  private void await(long time, TimeUnit unit) throws IOException {
    try {
      if (closing.await(time, unit)) {
        throw new IOException("closed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdown();
  }
}
