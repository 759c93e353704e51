package dev.tidings.security;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.lang.JoseException;

/**
 * An OAuth 2 server on loopback: gives whoever knows the password a token in the client's name, and
 * shows the key that it signs with.
 */
final class TokenIssuer implements AutoCloseable {
  static final String AUDIENCE = "kafka";

  private final HttpServer server;
  private final RsaJsonWebKey key;
  private final String password;

  private TokenIssuer(HttpServer server, RsaJsonWebKey key, String password) {
    this.server = server;
    this.key = key;
    this.password = password;
  }

  static TokenIssuer start(String password) throws IOException, JoseException {
    RsaJsonWebKey key = RsaJwkGenerator.generateJwk(2048);
    key.setKeyId("key-1");
    key.setAlgorithm(AlgorithmIdentifiers.RSA_USING_SHA256);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    TokenIssuer issuer = new TokenIssuer(server, key, password);
    server.createContext("/keys", issuer::giveKeys);
    server.createContext("/token", issuer::giveToken);
    server.start();
    return issuer;
  }

  String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  String issuer() {
    return url("/");
  }

  private void giveKeys(HttpExchange exchange) throws IOException {
    answer(exchange, 200, new JsonWebKeySet(key).toJson());
  }

  private void giveToken(HttpExchange exchange) throws IOException {
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    String credentials =
        header == null
            ? ":"
            : new String(
                Base64.getDecoder().decode(header.substring("Basic ".length())),
                StandardCharsets.UTF_8);
    String client = credentials.substring(0, credentials.indexOf(':'));
    if (!credentials.equals(client + ":" + password)) {
      answer(exchange, 401, "{\"error\":\"invalid_client\"}");
      return;
    }
    try {
      answer(
          exchange, 200, "{\"access_token\":\"%s\",\"expires_in\":300}".formatted(token(client)));
    } catch (JoseException e) {
      throw new IOException(e);
    }
  }

  private String token(String client) throws JoseException {
    JwtClaims claims = new JwtClaims();
    claims.setSubject(client);
    claims.setIssuer(issuer());
    claims.setAudience(AUDIENCE);
    claims.setIssuedAtToNow();
    claims.setExpirationTimeMinutesInTheFuture(5);
    JsonWebSignature signature = new JsonWebSignature();
    signature.setPayload(claims.toJson());
    signature.setKey(key.getPrivateKey());
    signature.setKeyIdHeaderValue(key.getKeyId());
    signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
    return signature.getCompactSerialization();
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
