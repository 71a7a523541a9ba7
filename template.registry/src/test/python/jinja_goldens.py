"""Renders every template of a folder as transformers does and writes the prompts as test data.

    pip install jinja2 && python jinja_goldens.py TEMPLATES > GOLDENS.json

The project's own: python jinja_goldens.py ../resources/jinja > ../resources/jinja/goldens.json
Any other folder of *.jinja files can be compared too: give the folder with its goldens.json in it to
the test by -Dlmdeploy.templates=FOLDER.
"""
import datetime
import json
import pathlib
import sys

import jinja2
from jinja2.ext import Extension, loopcontrols
from jinja2.nodes import CallBlock
from jinja2.sandbox import ImmutableSandboxedEnvironment


class Generation(Extension):
    tags = {'generation'}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(('name:endgeneration',), drop_needle=True)
        return CallBlock(self.call_method('_body'), [], [], body).set_lineno(line)

    def _body(self, caller):
        return caller()


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


def tojson(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols])
environment.filters['tojson'] = tojson
environment.globals['raise_exception'] = raise_exception
environment.globals['strftime_now'] = lambda f: datetime.datetime(2025, 3, 9, 7, 5, 1).strftime(f)


def user(content):
    return {'role': 'user', 'content': content}


def assistant(content, **more):
    return {'role': 'assistant', 'content': content, **more}


def text(content):
    return {'type': 'text', 'text': content}


image = {'type': 'image'}
system = {'role': 'system', 'content': 'You are a pirate.'}
tools = [
    {'type': 'function', 'function': {
        'name': 'get_weather', 'description': 'Get the "weather" <now> é',
        'parameters': {'type': 'object', 'properties': {
            'city': {'type': 'string', 'description': 'City'}, 'unit': {'type': 'string', 'enum': ['c', 'f']},
            'days': {'type': 'integer', 'default': 3}}, 'required': ['city']}}},
    {'type': 'function', 'function': {
        'name': 'now', 'description': 'time', 'parameters': {'type': 'object', 'properties': {}}}}]


def call(**arguments):
    return [{'id': 'abcdefghi', 'type': 'function', 'function': {'name': 'get_weather', 'arguments': arguments}}]


result = {'role': 'tool', 'tool_call_id': 'abcdefghi', 'name': 'get_weather', 'content': '{"t": 20}'}
conversations = {
    'one': {'messages': [user('Hello, wörld 😀!')]},
    'turns': {'messages': [user('  Hi '), assistant('Hello\n'), user('Bye')]},
    'think': {'messages': [user('Hi'), assistant('<think>\nsecret\n</think>\n\nHello'), user('Bye')]},
    'system': {'messages': [system, user('Hi'), assistant('Hello'), user('Bye')]},
    'no prompt': {'messages': [system, user('Hi'), assistant('Hello')], 'add_generation_prompt': False},
    'no thinking': {'messages': [user('Hi')], 'enable_thinking': False},
    'image': {'messages': [user([image, text('What?')])]},
    'images': {'messages': [{'role': 'system', 'content': [text('Be nice')]}, user([image, text('A '), image, text('B')]),
                            assistant([text('yes')]), user([text('more')])]},
    'tools': {'messages': [system, user('Weather?')], 'tools': tools},
    'call': {'messages': [user('Weather?'), assistant('', tool_calls=call(city='Paris', days=2, opt=None, ok=True, f=1.5)),
                          result], 'tools': tools},
    'call, turns': {'messages': [system, user('Weather?'),
                                 assistant('<think>\nhm\n</think>\n\nok', tool_calls=call(city='Paris')), result,
                                 assistant('20'), user('thx')], 'tools': tools},
    'two users': {'messages': [user('a'), user('b')]},
}

expected = {}
for file in sorted(pathlib.Path(sys.argv[1]).glob('*.jinja')):
    source = file.read_text(encoding='utf-8')
    expected[file.name] = {}
    for title, conversation in conversations.items():
        variables = {'bos_token': '<s>', 'eos_token': '</s>', 'add_generation_prompt': True, 'tools': None,
                     'documents': None, **json.loads(json.dumps(conversation))}
        try:
            expected[file.name][title] = {'prompt': environment.from_string(source).render(**variables)}
        except Exception as e:
            expected[file.name][title] = {'error': f'{type(e).__name__}: {e}'}
json.dump({'conversations': conversations, 'expected': expected}, sys.stdout, ensure_ascii=False, indent=1)
print()
