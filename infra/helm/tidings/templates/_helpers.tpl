{{- define "tidings.name" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else }}{{ printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" }}{{ end -}}
{{- end }}

{{- /* Arguments: the root and the component. */ -}}
{{- define "tidings.selector" -}}
app.kubernetes.io/name: {{ default (index . 0).Chart.Name (index . 0).Values.nameOverride }}
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{- define "tidings.labels" -}}
{{ include "tidings.selector" . }}
app.kubernetes.io/part-of: tidings
app.kubernetes.io/version: {{ (index . 0).Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ (index . 0).Release.Service }}
helm.sh/chart: {{ printf "%s-%s" (index . 0).Chart.Name (index . 0).Chart.Version }}
{{- end }}

{{- define "tidings.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}{{ default (include "tidings.name" .) .Values.serviceAccount.name }}
{{- else }}{{ default "default" .Values.serviceAccount.name }}{{ end -}}
{{- end }}

{{- define "tidings.image" -}}
{{ printf "%s/%s:%s" (index . 0).Values.image.repository (index . 1) (default (index . 0).Chart.AppVersion (index . 0).Values.image.tag) }}
{{- end }}

{{- /* A map of settings as environment: tidings.a.b is TIDINGS_A_B, all others are KAFKA_…. */ -}}
{{- define "tidings.environment" -}}
{{- range $setting, $value := . }}
- name: {{ if not (hasPrefix "tidings." $setting) }}KAFKA_{{ end }}{{ $setting | upper | replace "." "_" }}
  value: {{ if kindIs "float64" $value }}{{ printf "%v" (ternary (int64 $value) $value (eq (floor $value) $value)) | quote }}{{ else }}{{ $value | toString | quote }}{{ end }}
{{- end }}
{{- end }}

{{- /* How to reach Kafka and the registry. Arguments: the root and the secret of the role. */ -}}
{{- define "tidings.connection" -}}
{{- $root := index . 0 -}}
- name: KAFKA_BOOTSTRAP_SERVERS
  value: {{ required "kafka.bootstrapServers is needed: the brokers, as host:port" $root.Values.kafka.bootstrapServers | quote }}
- name: KAFKA_SCHEMA_REGISTRY_URL
  value: {{ required "registry.url is needed: the schema registry's REST API" $root.Values.registry.url | quote }}
- name: TIDINGS_TOPIC_PREFIX
  value: {{ $root.Values.topicPrefix | quote }}
{{- if $root.Values.kafka.caSecret }}
- name: KAFKA_SSL_TRUSTSTORE_TYPE
  value: PEM
- name: KAFKA_SSL_TRUSTSTORE_LOCATION
  value: /etc/tidings/ca/ca.crt
{{- end }}
{{- include "tidings.environment" $root.Values.kafka.config }}
{{- with index . 1 }}
- name: KAFKA_SASL_JAAS_CONFIG
  valueFrom:
    secretKeyRef:
      name: {{ . }}
      key: {{ $root.Values.kafka.jaasKey }}
{{- end }}
{{- end }}

{{- define "tidings.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "tidings.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{- /* Instances apart from one another. Arguments: the root and the component. */ -}}
{{- define "tidings.spread" -}}
{{- range $key := list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
- maxSkew: 1
  topologyKey: {{ $key }}
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      {{- include "tidings.selector" $ | nindent 6 }}
{{- end }}
{{- end }}

{{- define "tidings.scheduling" -}}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
