package dev.tidings.registry;

import org.apache.avro.Schema;

/**
 * A schema as a registry knows it.
 *
 * @param subject what it is registered under
 * @param id identifies the schema in the whole registry; it is what messages carry
 * @param version its place in the subject's history, from 1
 */
public record RegisteredSchema(String subject, int id, int version, Schema schema) {}
