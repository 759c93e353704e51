package dev.tidings.infra.receivers;

import dev.tidings.infra.process.StartException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A certificate authority, and certificates by it for a server on 127.0.0.1 and for a client, as
 * PEM files, made with the JDK's {@code keytool}. For tests: the keys are on disk. Immutable.
 */
public final class Certificates {
  private static final String PASSWORD = "changeit";

  private final Path directory;

  private Certificates(Path directory) {
    this.directory = directory;
  }

  /** Makes them. */
  public static Certificates in(Path directory) throws InterruptedException {
    Certificates made = new Certificates(directory);
    try {
      Files.createDirectories(directory);
      made.pair("ca", "CN=Test authority", "-ext", "bc:c");
      made.export("ca");
      made.issue("server", "CN=127.0.0.1", "san=ip:127.0.0.1,dns:localhost");
      made.issue("other", "CN=other.example", "san=dns:other.example");
      made.issue("client", "CN=client", "ku=digitalSignature");
    } catch (IOException | GeneralSecurityException e) {
      throw new StartException("Certificates could not be made: " + e, e);
    }
    return made;
  }

  private void issue(String name, String subject, String extension)
      throws IOException, GeneralSecurityException, InterruptedException {
    pair(name, subject);
    byte[] request =
        keytool(new byte[0], List.of("-certreq", "-keystore", store(name), "-alias", name));
    byte[] certificate =
        keytool(
            request,
            List.of(
                "-gencert", "-rfc", "-keystore", store("ca"), "-alias", "ca", "-ext", extension));
    Files.write(directory.resolve(name + ".crt"), certificate);
    exportKey(name);
  }

  private void pair(String name, String subject, String... more)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(
        List.of("-genkeypair", "-keystore", store(name), "-alias", name, "-dname", subject));
    // GnuTLS, which rsyslog uses, cannot read elliptic curve keys as Java writes them.
    arguments.addAll(List.of("-keyalg", "RSA", "-keysize", "2048", "-validity", "3650"));
    arguments.addAll(List.of(more));
    keytool(new byte[0], arguments);
  }

  private void export(String name) throws IOException, InterruptedException {
    Files.write(
        directory.resolve(name + ".crt"),
        keytool(
            new byte[0], List.of("-exportcert", "-rfc", "-keystore", store(name), "-alias", name)));
  }

  private void exportKey(String name) throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(Path.of(store(name)))) {
      keys.load(in, PASSWORD.toCharArray());
    }
    Key key = keys.getKey(name, PASSWORD.toCharArray());
    Files.writeString(
        directory.resolve(name + ".key"),
        "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
            .formatted(
                Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())));
  }

  private static byte[] keytool(byte[] input, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.add("-J-XX:TieredStopAtLevel=1");
    command.addAll(arguments);
    command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (var out = process.getOutputStream()) {
      new ByteArrayInputStream(input).transferTo(out);
    }
    byte[] result = process.getInputStream().readAllBytes();
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(
          "keytool "
              + arguments.get(0)
              + ": "
              + new String(result, java.nio.charset.StandardCharsets.UTF_8));
    }
    return result;
  }

  private String store(String name) {
    return directory.resolve(name + ".p12").toString();
  }

  /** The authority's certificate. */
  public Path authority() {
    return directory.resolve("ca.crt");
  }

  /** The certificate of a server on 127.0.0.1. */
  public Path serverCertificate() {
    return directory.resolve("server.crt");
  }

  /** Its key. */
  public Path serverKey() {
    return directory.resolve("server.key");
  }

  /** The same authority with a server certificate for another host's name. */
  public Certificates forAnotherHost() throws IOException {
    Path other = directory.resolve("another-host");
    Files.createDirectories(other);
    Files.copy(authority(), other.resolve("ca.crt"));
    Files.copy(directory.resolve("other.crt"), other.resolve("server.crt"));
    Files.copy(directory.resolve("other.key"), other.resolve("server.key"));
    return new Certificates(other);
  }

  /** A client's certificate and key in one file, as Kafka's {@code ssl.keystore.location} takes. */
  public Path clientKeyStore() throws IOException {
    Path file = directory.resolve("client.pem");
    Files.writeString(
        file,
        Files.readString(directory.resolve("client.key"))
            + Files.readString(directory.resolve("client.crt")));
    return file;
  }
}
