package org.lmdeploy.server.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The fake tokenizer has one token for each byte, and the special token 2 at the beginning. */
class TokenTest {
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = new TestServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/encode|{'input':'hé'}|{'input_ids':[2,104,195,169],'length':4}",
        "/v1/encode|{'input':'h','add_bos':false}|{'input_ids':[104],'length':1}",
        "/v1/encode|{'input':['a','','bc'],'do_preprocess':false,'model':'fake'}"
            + "|{'input_ids':[[2,97],[2],[2,98,99]],'length':[2,1,3]}",
        "/v1/encode|{'input':[]}|{'input_ids':[],'length':[]}",
        "/tokenize|{'prompt':'hi'}"
            + "|{'count':3,'max_model_len':2048,'tokens':[2,104,105],'token_strs':null}",
        "/tokenize|{'prompt':'hi','add_special_tokens':false,'return_token_strs':true}"
            + "|{'count':2,'max_model_len':2048,'tokens':[104,105],'token_strs':['68','69']}",
        "/detokenize|{'tokens':[104,195,169]}|{'prompt':'hé'}",
        "/detokenize|{'tokens':[]}|{'prompt':''}",
      })
  void answers(String path, String body, String answer) throws Exception {
    TestServer.Reply reply = server.post(path, body.replace('\'', '"'));
    assertEquals(200, reply.status(), reply.text());
    assertEquals("application/json", reply.header("Content-Type"));
    assertEquals(answer.replace('\'', '"'), reply.text());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/encode|{}|input|invalid_request_error|missing",
        "/v1/encode|{'input':5}|input|invalid_request_error|a string or a list of strings",
        "/v1/encode|{'input':['a',5]}|input[1]|invalid_request_error|a string",
        "/v1/encode|{'input':'','do_preprocess':true}|do_preprocess|unsupported_feature|not"
            + " supported",
        "/v1/encode|{'input':'','add_bos':1}|add_bos|invalid_request_error|true or false",
        "/tokenize|{'input':'a'}|prompt|invalid_request_error|missing",
        "/tokenize|{'prompt':'a','messages':[]}|messages|invalid_request_error|no field",
        "/detokenize|{}|tokens|invalid_request_error|missing",
        "/detokenize|{'tokens':'a'}|tokens|invalid_request_error|a list of whole numbers",
        "/detokenize|{'tokens':[256]}|tokens[0]|invalid_request_error|from 0 to 255",
        "/detokenize|{'tokens':[1,-1]}|tokens[1]|invalid_request_error|from 0 to 255",
      })
  void wrongFieldsAreNamed(String path, String body, String parameter, String code, String message)
      throws Exception {
    TestServer.Reply reply = server.post(path, body.replace('\'', '"'));
    assertEquals(400, reply.status(), reply.text());
    JsonNode error = reply.json().get("error");
    assertEquals(parameter, error.get("param").stringValue());
    assertEquals(code, error.get("code").stringValue());
    assertTrue(error.get("message").stringValue().contains(message), reply.text());
  }

  @Test
  void needsAModel() throws Exception {
    try (TestServer empty = new TestServer()) {
      empty.manager.models.clear();
      assertEquals(503, empty.post("/tokenize", "{\"prompt\":\"a\"}").status());
      assertEquals(0, empty.server.activeRequests());
    }
    assertEquals(404, server.post("/tokenize", "{\"model\":\"x\",\"prompt\":\"a\"}").status());
    assertEquals(405, server.get("/v1/encode").status());
  }
}
