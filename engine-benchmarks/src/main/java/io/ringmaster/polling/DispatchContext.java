package io.ringmaster.polling;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/**
 * What a dispatch carries for a task: ids and names of the task, its workflow and its Master, and its parameters. Each
 * executor has one of its own, as it would have when it came over the network.
 */
final class DispatchContext {
    private final long taskId;
    private final long workflowId;
    private final long projectCode;
    private final long definitionCode;
    private final String taskName;
    private final String workflowName;
    private final String masterAddress;
    private final String workerAddress;
    private final String logPath;
    private final String parameters;
    private final String taskType = "no-op";
    private final String tenant = "default";
    private final String workerGroup = "default";
    private final String environment = "export JAVA_HOME=/opt/java";
    private final String globalParameters = "[]";
    private final String appIds = null;
    private final long environmentCode = 1;
    private final int projectVersion = 1;
    private final int definitionVersion = 1;
    private final int timeoutSeconds = 0;
    private final int delaySeconds = 0;
    private final int priority = 2;
    private final int dispatchFailures = 0;
    private final int cpuQuota = -1;
    private final int memoryMax = -1;
    private final boolean dryRun = false;
    private final boolean test = false;
    private final long submittedMillis;
    private long startedMillis;
    private long endedMillis;

    DispatchContext(final long id, final long nowMillis) {
        taskId = id;
        workflowId = id >>> 4;
        projectCode = 1;
        definitionCode = id & 0xFF;
        taskName = "task-" + id;
        workflowName = "workflow-" + workflowId;
        masterAddress = "master-1:5678";
        workerAddress = "worker-1:1234";
        logPath = "/tmp/logs/" + workflowId + '/' + id + ".log";
        parameters = "{\"localParams\":[],\"resourceList\":[]}";
        submittedMillis = nowMillis;
    }

    void started(final long nowMillis) {
        startedMillis = nowMillis;
    }

    void ended(final long nowMillis) {
        endedMillis = nowMillis;
    }

    void write(final JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeNumberField("taskInstanceId", taskId);
        json.writeStringField("taskName", taskName);
        json.writeNumberField("workflowInstanceId", workflowId);
        json.writeStringField("workflowName", workflowName);
        json.writeNumberField("projectCode", projectCode);
        json.writeNumberField("definitionCode", definitionCode);
        json.writeStringField("masterAddress", masterAddress);
        json.writeStringField("workerAddress", workerAddress);
        json.writeStringField("logPath", logPath);
        json.writeStringField("parameters", parameters);
        json.writeStringField("taskType", taskType);
        json.writeStringField("tenantCode", tenant);
        json.writeStringField("workerGroup", workerGroup);
        json.writeStringField("environmentConfig", environment);
        json.writeStringField("globalParams", globalParameters);
        json.writeStringField("appIds", appIds);
        json.writeNumberField("environmentCode", environmentCode);
        json.writeNumberField("projectVersion", projectVersion);
        json.writeNumberField("definitionVersion", definitionVersion);
        json.writeNumberField("taskTimeout", timeoutSeconds);
        json.writeNumberField("delayTime", delaySeconds);
        json.writeNumberField("priority", priority);
        json.writeNumberField("dispatchFailTimes", dispatchFailures);
        json.writeNumberField("cpuQuota", cpuQuota);
        json.writeNumberField("memoryMax", memoryMax);
        json.writeBooleanField("dryRun", dryRun);
        json.writeBooleanField("testFlag", test);
        json.writeNumberField("submitTime", submittedMillis);
        json.writeNumberField("startTime", startedMillis);
        json.writeNumberField("endTime", endedMillis);
        json.writeEndObject();
    }
}
