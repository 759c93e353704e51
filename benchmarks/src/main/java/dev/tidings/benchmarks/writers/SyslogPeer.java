package dev.tidings.benchmarks.writers;

import dev.tidings.event.Event;
import dev.tidings.infra.process.DataDirectory;
import dev.tidings.infra.process.LoopbackPorts;
import dev.tidings.infra.receivers.Certificates;
import dev.tidings.infra.receivers.SyslogServer;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A real rsyslog over TCP; the bare loop writes one ready-made batch of frames after the other. */
final class SyslogPeer implements Peer {
  private final SyslogServer server;

  SyslogPeer(DataDirectory directory) throws InterruptedException {
    Path path = directory.subdirectory("syslog");
    server =
        SyslogServer.start(
            SyslogServer.Kind.RSYSLOG, path, Certificates.in(path.resolve("certificates")));
  }

  @Override
  public String name() {
    return "syslog";
  }

  @Override
  public String description() {
    return "rsyslog over TCP";
  }

  @Override
  public Map<String, String> settings() {
    return Map.of(
        "connector.class",
        "dev.tidings.writers.syslog.SyslogSinkConnector",
        "syslog.targets",
        server.target("tcp"));
  }

  @Override
  public void clear() throws Exception {
    // The server has it open: it goes on at the end of an empty file only if it is started again.
    server.stop();
    Files.deleteIfExists(server.file());
    server.restart();
  }

  @Override
  public long arrived() throws Exception {
    return Files.exists(server.file()) ? Files.size(server.file()) : 0;
  }

  @Override
  public Bare prepare(List<List<Event>> batches) {
    List<byte[]> writes = new ArrayList<>();
    for (List<Event> batch : batches) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (Event event : batch) {
        byte[] message = message(event).getBytes(StandardCharsets.UTF_8);
        bytes.writeBytes((message.length + " ").getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(message);
      }
      writes.add(bytes.toByteArray());
    }
    return () -> {
      try (Socket socket = new Socket(LoopbackPorts.HOST, server.port("tcp"))) {
        OutputStream out = socket.getOutputStream();
        for (byte[] write : writes) {
          out.write(write);
        }
        socket.shutdownOutput();
        socket.getInputStream().readAllBytes();
      }
    };
  }

  /** What the sink writes, byte for byte. */
  private static String message(Event event) {
    String attributes =
        event.getAttributes().entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(one -> " %s=\"%s\"".formatted(one.getKey(), one.getValue()))
            .collect(Collectors.joining());
    String last = event.getLastTimestamp().toString();
    return ("<12>1 %s %s %s %s %s [tidings@32473 id=\"%s\" type=\"%s\" severity=\"%s\" node=\"%s\""
            + " component=\"%s\" kind=\"%s\" namespace=\"%s\" name=\"%s\" count=\"%d\""
            + " occurrences=\"1\" first=\"%s\" last=\"%s\"][attributes@32473%s] %s")
        .formatted(
            last,
            event.getSource().getNode(),
            event.getSource().getComponent(),
            event.getAttributes().get("pid"),
            event.getType(),
            event.getId(),
            event.getType(),
            event.getSeverity(),
            event.getSource().getNode(),
            event.getSource().getComponent(),
            event.getObject().getKind(),
            event.getObject().getNamespace(),
            event.getObject().getName(),
            event.getCount(),
            event.getFirstTimestamp(),
            last,
            attributes,
            event.getMessage());
  }

  @Override
  public void close() {
    server.close();
  }
}
