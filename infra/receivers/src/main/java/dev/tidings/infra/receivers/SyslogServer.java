package dev.tidings.infra.receivers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tidings.infra.process.LoopbackPorts;
import dev.tidings.infra.process.StartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real syslog server: Debian's rsyslog or syslog-ng, on loopback, as it reads RFC 5424 from UDP,
 * TCP and TLS (client certificates required). What it understood of each message it writes to a
 * file, one JSON object a line, before it reads on; so killing it loses nothing that it had read.
 *
 * <p>Whoever runs a test must have it installed: see {@link #isInstalled}. One thread.
 */
public final class SyslogServer implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final Kind kind;
  private final Path directory;
  private final int udpPort = LoopbackPorts.free();
  private final int tcpPort = LoopbackPorts.free();
  private final int tlsPort = LoopbackPorts.free();
  private final Path file;
  private Process process;

  /** Which program. */
  public enum Kind {
    RSYSLOG,
    SYSLOG_NG
  }

  /** Whether the program is there. */
  public static boolean isInstalled(Kind kind) {
    return SyslogPrograms.command(kind).isPresent();
  }

  private SyslogServer(Kind kind, Path directory, Certificates certificates)
      throws InterruptedException {
    this.kind = kind;
    this.directory = directory;
    this.file = directory.resolve("received.jsonl");
    try {
      Files.createDirectories(directory);
      Files.writeString(
          directory.resolve("server.conf"),
          SyslogPrograms.configuration(
              kind, directory, file, udpPort, tcpPort, tlsPort, certificates));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.process = launch();
  }

  /**
   * Starts one and waits until it listens.
   *
   * @param directory for what it needs and writes
   */
  public static SyslogServer start(Kind kind, Path directory, Certificates certificates)
      throws InterruptedException {
    return new SyslogServer(kind, directory, certificates);
  }

  private Process launch() throws InterruptedException {
    Process started;
    try {
      ProcessBuilder builder =
          new ProcessBuilder(SyslogPrograms.arguments(kind, directory))
              .redirectErrorStream(true)
              .redirectOutput(
                  ProcessBuilder.Redirect.appendTo(directory.resolve("server.log").toFile()));
      builder.environment().putAll(SyslogPrograms.environment(kind));
      started = builder.start();
    } catch (IOException e) {
      throw new StartException("%s cannot be started".formatted(kind), e);
    }
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!listens(tcpPort) || !listens(tlsPort)) {
      if (!started.isAlive() || System.nanoTime() > deadline) {
        started.destroyForcibly();
        throw new StartException(
            "%s did not start; see %s".formatted(kind, directory.resolve("server.log")));
      }
      started.waitFor(20, TimeUnit.MILLISECONDS);
    }
    return started;
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(LoopbackPorts.HOST, port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** The port for this scheme: {@code udp}, {@code tcp} or {@code tls}. */
  public int port(String scheme) {
    return switch (scheme) {
      case "udp" -> udpPort;
      case "tcp" -> tcpPort;
      case "tls" -> tlsPort;
      default -> throw new IllegalArgumentException(scheme);
    };
  }

  /** As a target of the syslog sink. */
  public String target(String scheme) {
    return "%s://%s:%d".formatted(scheme, LoopbackPorts.HOST, port(scheme));
  }

  /** How many messages it has written. */
  public long count() {
    try (Stream<String> lines = lines()) {
      return lines.count();
    }
  }

  /** What it has understood, each message in the order of arrival. */
  public List<SyslogMessage> received() {
    try (Stream<String> lines = lines()) {
      return lines.map(SyslogServer::message).toList();
    }
  }

  private Stream<String> lines() {
    try {
      return Files.exists(file) ? Files.lines(file, StandardCharsets.UTF_8) : Stream.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SyslogMessage message(String line) {
    try {
      JsonNode json = JSON.readTree(line);
      Map<String, Map<String, String>> data = SyslogMessage.parseData(json.path("data").asText());
      String text = json.path("text").asText();
      // RFC 5424's blank before the text, which rsyslog counts as part of it.
      text = json.path("blank").asBoolean() && text.startsWith(" ") ? text.substring(1) : text;
      return new SyslogMessage(
          json.path("priority").asInt(),
          json.path("timestamp").asText(),
          json.path("host").asText(),
          json.path("app").asText(),
          json.path("process").asText(),
          json.path("id").asText(),
          data,
          text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Not what the server was told to write: " + line, e);
    }
  }

  /** Where it writes. */
  public Path file() {
    return file;
  }

  /** SIGKILL. */
  public void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** SIGTERM, and SIGKILL if it takes long. */
  public void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      kill();
    }
  }

  /** Starts it again on the same ports. */
  public void restart() throws InterruptedException {
    process = launch();
  }

  @Override
  public void close() {
    kill();
  }
}
