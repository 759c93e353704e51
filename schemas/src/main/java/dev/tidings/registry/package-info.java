/**
 * A small client for the schema registry REST API that Confluent defined and Apicurio, Karapace and
 * Redpanda also speak. {@link dev.tidings.registry.SchemaRegistry} is what serializers use; {@link
 * dev.tidings.registry.RegistryClient} talks to a server, {@link
 * dev.tidings.registry.InMemorySchemaRegistry} stands in for one in tests.
 */
@NullMarked
package dev.tidings.registry;

import org.jspecify.annotations.NullMarked;
