package dev.tidings.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** On a real terminal, which script(1) makes: it is left as it was found. */
@Timeout(120)
class TerminalIT {
  private static final SharedStack SHARED = SharedStack.get();
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int ROWS = 6;
  private static final String CTRL_C = "\u0003";

  @TempDir Path directory;

  /** A shell in a terminal, what it was told, and all that was seen of it. */
  private static final class Session implements AutoCloseable {
    private final Process process;
    private final StringBuffer seen = new StringBuffer();

    Session(Path script, String command) throws IOException {
      ProcessBuilder builder =
          new ProcessBuilder("script", "-q", "-e", "-c", command, script.toString())
              .redirectErrorStream(true);
      builder.environment().put("TERM", "xterm");
      process = builder.start();
      Thread reading = new Thread(this::read);
      reading.setDaemon(true);
      reading.start();
    }

    private void read() {
      try {
        InputStream in = process.getInputStream();
        byte[] buffer = new byte[8_192];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          seen.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void type(String keys) throws IOException {
      OutputStream to = process.getOutputStream();
      to.write(keys.getBytes(StandardCharsets.UTF_8));
      to.flush();
    }

    void await(String text) {
      Awaitility.await()
          .atMost(LIMIT)
          .untilAsserted(() -> assertThat(seen.toString()).contains(text));
    }

    void typeUntil(String keys, String text) {
      Awaitility.await()
          .atMost(LIMIT)
          .untilAsserted(
              () -> {
                type(keys);
                assertThat(seen.toString()).contains(text);
              });
    }

    @Override
    public void close() {
      process.destroy();
    }
  }

  @BeforeAll
  static void record() {
    assumeThat(Path.of("/usr/bin/script")).exists();
    for (int i = 0; i < 2 * ROWS; i++) {
      SHARED.record("terminal", "ERROR", "demo.DiskFailed", "Disk/terminal/" + i, "seen");
    }
    assertThat(SHARED.run("get", "--settled", "--node", "nobody").code()).isZero();
  }

  /** As bin/tidings calls it; afterwards the shell says how the terminal was left. */
  private Session session(String arguments) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Path options =
        Files.write(
            directory.resolve("options"),
            List.of(
                "-XX:TieredStopAtLevel=1",
                "-Dtidings.stdin.tty=true",
                "-Dtidings.stdout.tty=true",
                "-Dtidings.rows=" + ROWS,
                "-Dtidings.columns=80",
                "-cp",
                "\"%s\"".formatted(System.getProperty("java.class.path"))));
    // It is the shell that must survive Ctrl-C.
    String command =
        "trap : INT; stty rows %d cols 80; %s @%s dev.tidings.cli.Tidings %s %s; echo \"code=$?.\"; stty -a"
            .formatted(
                ROWS,
                java,
                options,
                arguments,
                "--bootstrap-servers %s --registry %s"
                    .formatted(SHARED.stack().bootstrapServers(), SHARED.stack().registryUrl()));
    return new Session(directory.resolve("typescript"), command);
  }

  private static void assertAsItWas(Session session, int code) {
    session.await("code=" + code + ".");
    session.await("echonl");
    assertThat(session.seen.substring(session.seen.indexOf("code=")))
        .contains(" icanon")
        .doesNotContain("-icanon", "-echo ");
  }

  @Test
  void topEndsByKey() throws Exception {
    try (Session session = session("top --interval 200ms")) {
      session.await("SEVERITY");
      // The other screen, without a cursor.
      assertThat(session.seen).contains("\u001b[?1049h\u001b[?25l");
      session.type("xq");
      assertAsItWas(session, ExitCode.OK);
      assertThat(session.seen).contains("\u001b[?25h\u001b[?1049l").doesNotContain("xq");
    }
  }

  /** Else the pager and the shell would both read what is typed. */
  @Test
  void ctrlCLeavesThePagerToThePerson() throws Exception {
    assumeThat(Path.of("/usr/bin/less")).exists();
    try (Session session = session("get --node terminal")) {
      session.await("MESSAGE");
      session.type(CTRL_C);
      // The pager answers where it is; what is typed while it minds the signal it throws away.
      session.typeUntil("=", "lines 1-");
      assertThat(session.seen).doesNotContain("code=");
      session.type("q");
      assertAsItWas(session, ExitCode.INTERRUPTED);
    }
  }

  @Test
  void topEndsByCtrlC() throws Exception {
    try (Session session = session("top --interval 200ms")) {
      session.await("SEVERITY");
      session.type(CTRL_C);
      assertAsItWas(session, ExitCode.OK);
      assertThat(session.seen).contains("\u001b[?25h\u001b[?1049l");
    }
  }
}
