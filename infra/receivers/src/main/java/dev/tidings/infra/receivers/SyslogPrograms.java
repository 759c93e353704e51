package dev.tidings.infra.receivers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where rsyslog and syslog-ng are and how they are told what to do. Debian lets only one of them be
 * installed; the other's packages can be unpacked ({@code dpkg -x}) below a directory that the
 * environment variable {@code TIDINGS_SYSLOG_NG_ROOT} or {@code TIDINGS_RSYSLOG_ROOT} names.
 */
final class SyslogPrograms {
  private static final Path ROOT = Path.of("/");

  private SyslogPrograms() {}

  private static Path root(SyslogServer.Kind kind) {
    String root = System.getenv("TIDINGS_" + kind.name() + "_ROOT");
    return root == null ? ROOT : Path.of(root);
  }

  static Optional<Path> command(SyslogServer.Kind kind) {
    String name = kind == SyslogServer.Kind.RSYSLOG ? "rsyslogd" : "syslog-ng";
    // rsyslog needs its TLS driver, a package of its own.
    boolean complete =
        kind != SyslogServer.Kind.RSYSLOG || !library(kind, "rsyslog/lmnsd_gtls.so").isEmpty();
    return complete
        ? Stream.of("usr/sbin", "usr/bin", "sbin")
            .map(folder -> root(kind).resolve(folder).resolve(name))
            .filter(Files::isExecutable)
            .findFirst()
        : Optional.empty();
  }

  private static List<Path> library(SyslogServer.Kind kind, String name) {
    Path lib = root(kind).resolve("usr/lib");
    return Stream.of(lib, lib.resolve("x86_64-linux-gnu"), lib.resolve("aarch64-linux-gnu"), lib)
        .map(folder -> folder.resolve(name))
        .filter(Files::exists)
        .distinct()
        .toList();
  }

  static List<String> arguments(SyslogServer.Kind kind, Path directory) {
    List<String> arguments = new ArrayList<>();
    arguments.add(command(kind).orElseThrow().toString());
    Path configuration = directory.resolve("server.conf");
    Path pid = directory.resolve("server.pid");
    if (kind == SyslogServer.Kind.RSYSLOG) {
      arguments.addAll(List.of("-n", "-f", configuration.toString(), "-i", pid.toString()));
      library(kind, "rsyslog").forEach(path -> arguments.addAll(List.of("-M", path.toString())));
      return arguments;
    }
    arguments.addAll(
        List.of(
            "--foreground",
            "--no-caps",
            "--stderr",
            "--cfgfile=" + configuration,
            "--pidfile=" + pid,
            "--persist-file=" + directory.resolve("server.persist"),
            "--control=" + directory.resolve("server.ctl")));
    library(kind, "syslog-ng/3.38").forEach(path -> arguments.add("--module-path=" + path));
    return arguments;
  }

  static Map<String, String> environment(SyslogServer.Kind kind) {
    if (root(kind).equals(ROOT)) {
      return Map.of();
    }
    Path lib = root(kind).resolve("usr/lib");
    return Map.of(
        "LD_LIBRARY_PATH",
        "%s:%s:%s"
            .formatted(
                lib.resolve("x86_64-linux-gnu"),
                lib.resolve("syslog-ng"),
                root(kind).resolve("lib/x86_64-linux-gnu")));
  }

  static String configuration(
      SyslogServer.Kind kind,
      Path directory,
      Path file,
      int udpPort,
      int tcpPort,
      int tlsPort,
      Certificates certificates) {
    String template = kind == SyslogServer.Kind.RSYSLOG ? RSYSLOG : SYSLOG_NG;
    return template
        .replace("@directory@", directory.toString())
        .replace("@file@", file.toString())
        .replace("@udp@", Integer.toString(udpPort))
        .replace("@tcp@", Integer.toString(tcpPort))
        .replace("@tls@", Integer.toString(tlsPort))
        .replace("@ca@", certificates.authority().toString())
        .replace("@certificate@", certificates.serverCertificate().toString())
        .replace("@key@", certificates.serverKey().toString());
  }

  /** Direct queues: a message is in the file before the next one is read. */
  private static final String RSYSLOG =
      """
      global(workDirectory="@directory@" maxMessageSize="256k" processInternalMessages="off"
        parser.escapeControlCharactersOnReceive="off"
        defaultNetstreamDriverCAFile="@ca@"
        defaultNetstreamDriverCertFile="@certificate@" defaultNetstreamDriverKeyFile="@key@")
      main_queue(queue.type="Direct")
      module(load="imudp")
      module(load="imtcp" maxSessions="500")
      input(type="imudp" address="127.0.0.1" port="@udp@" rcvbufSize="8m")
      input(type="imtcp" address="127.0.0.1" port="@tcp@")
      input(type="imtcp" address="127.0.0.1" port="@tls@" streamDriver.name="gtls"
        streamDriver.mode="1" streamDriver.authMode="x509/certvalid")
      template(name="json" type="list") {
        constant(value="{\\"blank\\":true,")
        property(outname="priority" name="pri" format="jsonf") constant(value=",")
        property(outname="timestamp" name="timereported" dateFormat="rfc3339" format="jsonf")
        constant(value=",")
        property(outname="host" name="hostname" format="jsonf") constant(value=",")
        property(outname="app" name="app-name" format="jsonf") constant(value=",")
        property(outname="process" name="procid" format="jsonf") constant(value=",")
        property(outname="id" name="msgid" format="jsonf") constant(value=",")
        property(outname="data" name="structured-data" format="jsonf") constant(value=",")
        property(outname="text" name="msg" format="jsonf")
        constant(value="}\\n")
      }
      action(type="omfile" file="@file@" template="json" asyncWriting="off" flushOnTXEnd="on")
      """;

  private static final String SYSLOG_NG =
      """
      @version: 3.38
      options { keep-hostname(yes); log-msg-size(262144); frac-digits(6); time-zone("UTC");
        stats-freq(0); use-dns(no); flush-lines(1); };
      source s {
        network(ip("127.0.0.1") port(@udp@) transport("udp") flags(syslog-protocol)
          so-rcvbuf(8388608));
        syslog(ip("127.0.0.1") port(@tcp@) transport("tcp") max-connections(500)
          log-iw-size(50000));
        syslog(ip("127.0.0.1") port(@tls@) transport("tls") max-connections(500)
          log-iw-size(50000)
          tls(key-file("@key@") cert-file("@certificate@") ca-file("@ca@")
            peer-verify(required-trusted)));
      };
      destination d {
        file("@file@" template("$(format-json priority=int($PRI) timestamp=$ISODATE host=$HOST\
       app=$PROGRAM process=$PID id=$MSGID data=$SDATA text=$MSG)\\n"));
      };
      log { source(s); destination(d); flags(flow-control); };
      """;
}
