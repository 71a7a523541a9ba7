"""Writes what LMDeploy 0.6.0's own templates render, as test data.

    pip download --no-deps lmdeploy==0.6.0 && unzip the wheel, then
    python lmdeploy_goldens.py UNPACKED_WHEEL > ../resources/lmdeploy/prompts.json

Only lmdeploy/model.py and lmdeploy/vl/templates.py are imported; what they import is replaced by stand-ins.
"""
import importlib
import json
import logging
import sys
import types

wheel = sys.argv[1]
package = types.ModuleType('lmdeploy')
package.__path__ = [wheel + '/lmdeploy']
utils = types.ModuleType('lmdeploy.utils')
utils.get_logger = logging.getLogger


class Registry:
    def __init__(self, *_, **__):
        self.module_dict = {}

    def register_module(self, name, module=None):
        def register(cls):
            for one in [name] if isinstance(name, str) else name:
                self.module_dict[one] = cls
            return cls
        return register(module) if module else register

    def get(self, name):
        return self.module_dict[name]


mmengine = types.ModuleType('mmengine')
mmengine.Registry = Registry
sys.modules.update({'lmdeploy': package, 'lmdeploy.utils': utils, 'mmengine': mmengine})
module = importlib.import_module('lmdeploy.model')
models = module.MODELS.module_dict

pillow = types.ModuleType('PIL')
pillow.Image = types.ModuleType('PIL.Image')
pillow.Image.Image = object
archs = types.ModuleType('lmdeploy.archs')
archs.get_model_arch = None
vl = types.ModuleType('lmdeploy.vl')
vl.__path__ = [wheel + '/lmdeploy/vl']
vl_utils = types.ModuleType('lmdeploy.vl.utils')
vl_utils.load_image = None
sys.modules.update({'PIL': pillow, 'PIL.Image': pillow.Image, 'lmdeploy.archs': archs, 'lmdeploy.vl': vl,
                    'lmdeploy.vl.utils': vl_utils})
wrappers = importlib.import_module('lmdeploy.vl.templates')


def message(role, content):
    return {'role': role, 'content': content}


def text(content):
    return {'type': 'text', 'text': content}


image = {'type': 'image_url', 'image_url': {'url': 'x'}}
call = '<function=now>{"zone": "CET"}</function>'
conversations = {
    'one turn': [message('user', 'Hello')],
    'three turns': [message('user', 'Hi'), message('assistant', 'Hello'), message('user', 'Bye'),
                    message('assistant', 'So long'), message('user', 'Wait')],
    'system': [message('system', 'Be brief.'), message('user', 'Hi'), message('assistant', 'Yes'),
               message('user', 'Why?')],
    'continued': [message('user', 'Count'), message('assistant', 'one, two')],
    'image': [message('user', [text('What?'), image])],
    'images': [message('user', [image, text('What?'), image])],
    'placed': [message('user', [text('Is <IMAGE_TOKEN> red?'), image])],
    'images in turns': [message('system', 'Be brief.'), message('user', [image, text('What?')]),
                        message('assistant', 'A cat.'), message('user', 'Sure?'), message('assistant', 'Yes.'),
                        message('user', [image, text('And this?')])],
    'tools': [message('user', 'What time is it?')],
    'tools, system': [message('system', 'Be brief.'), message('user', 'What time is it?')],
    'tools, answer': [message('user', 'What time is it?'), message('assistant', call), message('TOOL', '{"h": 20}')],
}
tools = [{'name': 'now', 'description': 'the time – now', 'parameters': {'type': 'object', 'properties': {
             'zone': {'type': 'string', 'enum': ['CET', 'UTC']}}}},
         {'name': 'day', 'description': 'the "day"', 'parameters': {}}]
tool_role = {'llama3_1': 'ipython', 'internlm2': 'tool', 'internvl-internlm2': 'tool', 'internvl2-internlm2': 'tool'}


def wrapper(name):
    """How images are placed goes by the architecture there; these are those of the models of a template."""
    of = {'internvl': wrappers.InternVLChatTemplateWrapper, 'internlm-x': wrappers.InternLMXComposer2TemplateWrapper,
          'cogvlm': wrappers.CogVLMChatTemplateWrapper, 'qwen': wrappers.QwenVLChatTemplateWrapper,
          'deepseek-vl': wrappers.DeepSeekVLChatTemplateWrapper, 'minicpmv': wrappers.MiniCPMVTempateWrapper,
          'mini-gemini': wrappers.MiniGeminiLlamaTempateWrapper}
    return next((cls for start, cls in of.items() if name.startswith(start)), wrappers.VLChatTemplateWrapper)


def prompt(name, title, messages):
    """What 0.6.0 renders, or None if it can't."""
    cls, messages = models[name], json.loads(json.dumps(messages))
    if title.startswith('tools'):
        if name not in tool_role:
            return None
        for one in messages:
            one['role'] = one['role'].replace('TOOL', tool_role[name])
        return cls(model_name=name).messages2prompt(messages, tools=tools)
    if name in ('base', 'llama', 'falcon'):  # these know a prompt, but no messages
        if len(messages) > 1:
            return None
        if isinstance(messages[0]['content'], list):
            return wrappers.VLChatTemplateWrapper(None).convert_messages(messages)[0]['content']
        return cls(model_name=name).messages2prompt(messages[0]['content'])
    if name == 'chatglm' and messages[0]['role'] == 'system':  # would be dropped
        return None
    if title == 'continued':
        # without the known errors: an empty end cuts the whole prompt, a trimmed end the answer's last character
        template = cls(model_name=name)
        if not getattr(template, 'eoa', 'x') + getattr(template, 'separator', 'x'):
            template = cls(model_name=name, eoa='#')
        if name in ('llava-v1', 'mini-gemini-vicuna', 'deepseek', 'internvl-zh', 'deepseek-vl'):
            messages[-1]['content'] += '#'
        return template.messages2prompt(messages)
    if any(isinstance(one['content'], list) for one in messages):
        if name.startswith('mini-gemini') and title == 'images':  # refused there
            return None
        return wrapper(name)(cls(model_name=name)).messages2prompt(messages)
    return cls(model_name=name).messages2prompt(messages)


prompts = {}
for name in models:
    rendered = {title: prompt(name, title, messages) for title, messages in conversations.items()}
    prompts[name] = {title: one for title, one in rendered.items() if one is not None}

configs = [
    {'model_name': 'llama2', 'meta_instruction': 'Hi.', 'separator': '|'},
    {'model_name': 'llama3_1', 'meta_instruction': 'Be a pirate.', 'stop_words': ['#']},
    {'model_name': 'internlm2', 'system': '<s>', 'eosys': '</s>', 'user': None, 'eoa': '~'},
    {'model_name': 'vicuna', 'assistant': 'BOT: '},
    {'model_name': 'llava-v1', 'assistant': 'BOT: '},
    {'model_name': 'glm4', 'meta_instruction': 'Be brief.', 'eosys': '~'},
    {'model_name': 'chatglm', 'user': 'Q: ', 'eoh': '\n', 'assistant': 'A: '},
    {'model_name': 'a name of its own', 'system': '[', 'meta_instruction': 'm', 'eosys': ']', 'user': '<', 'eoh': '>',
     'assistant': '{', 'eoa': '}', 'separator': ';', 'capability': 'chat', 'stop_words': ['}', ';']},
    {'model_name': 'unnamed', 'user': 'U:'},
]
configured = []
for config in configs:
    template = module.ChatTemplateConfig.from_json(json.dumps(config)).chat_template
    configured.append({'config': config, 'stop_words': template.stop_words, 'prompts': {
        title: template.messages2prompt([dict(m) for m in conversations[title]])
        for title in ('one turn', 'three turns', 'system') if (config['model_name'], title) != ('chatglm', 'system')}})
capabilities = []
for config, text in [
        ({'model_name': 'codellama', 'capability': 'infilling'}, 'def f(x):\n    <FILL>\n    return y'),
        ({'model_name': 'codellama', 'capability': 'infilling', 'stop_words': ['#']}, '<FILL>b'),
        ({'model_name': 'codellama', 'capability': 'python'}, 'import sys'),
        ({'model_name': 'codellama', 'capability': 'completion'}, 'import sys'),
        ({'model_name': 'codellama', 'capability': 'chat'}, 'Hello'),
        ({'model_name': 'internlm2', 'capability': 'completion'}, 'Once upon'),
        ({'model_name': 'internlm2', 'capability': 'chat'}, 'Hello')]:
    template = module.ChatTemplateConfig(**config).chat_template
    capabilities.append({'config': config, 'text': text, 'prompt': template.get_prompt(text),
                         'stop_words': template.stop_words})

paths = '''a/internvl-chat-v1-1 OpenGVLab/InternVL-Chat-V1-2-Plus OpenGVLab/InternVL-Chat-V1-5
OpenGVLab/Mini-InternVL-Chat-2B-V1-5 OpenGVLab/Mini-InternVL-Chat-4B-V1-5 OpenGVLab/InternVL2-4B OpenGVLab/InternVL2-8B
OpenGVLab/InternVL2-Llama3-76B liuhaotian/llava-v1.5-7b liuhaotian/llava-v1.6-34b liuhaotian/llava-v1.6-mistral-7b
liuhaotian/llava-v1.6-vicuna-7b llava-hf/llava-1.5-7b-hf Qwen/Qwen-VL-Chat openbmb/MiniCPM-Llama3-V-2_5
openbmb/MiniCPM-V-2_6 deepseek-ai/deepseek-vl-1.3b-chat deepseek-ai/deepseek-llm-7b-chat
deepseek-ai/deepseek-coder-6.7b-instruct internlm/internlm-xcomposer2-vl-7b internlm/internlm-xcomposer2d5-7b
internlm/internlm-chat-7b internlm/internlm-chat-7b-8k internlm/internlm2_5-7b-chat microsoft/Phi-3.5-vision-instruct
THUDM/cogvlm-chat-hf THUDM/cogvlm2-llama3-chat-19B 01-ai/Yi-VL-6B 01-ai/Yi-6B-Chat THUDM/glm-4v-9b THUDM/chatglm2-6b
THUDM/chatglm3-6b THUDM/codegeex4-all-9b YanweiLi/MGM-7B YanweiLi/Mini-Gemini-13B meta-llama/Llama-2-7b-chat-hf
meta-llama/Meta-Llama-3-8B-Instruct meta-llama/Meta-Llama-3.1-8B-Instruct meta-llama/Llama-3.2-1B-Instruct
codellama/CodeLlama-7b-Instruct-hf tiiuae/falcon-7b-instruct upstage/SOLAR-10.7B-Instruct-v1.0 openbmb/UltraCM-13b
openbmb/UltraLM-13b mistralai/Mistral-7B-Instruct-v0.1 mistralai/Mixtral-8x7B-Instruct-v0.1 google/gemma-7b-it
databricks/dbrx-instruct lmsys/vicuna-7b-v1.5 WizardLM/WizardLM-13B baichuan-inc/Baichuan2-7B-Chat internlm/puyu
internlm/internlm2-math-7b internlm/internlm-chat-20b internlm/internlm-xcomposer2-4khd-7b mistralai/Mixtral-8x22B
01-ai/Yi-34B-Chat 01-ai/Yi-VL-34B microsoft/Phi-3-vision-128k-instruct deepseek-ai/DeepSeek-V2-Chat
huggyllama/llama-7b llava-hf/llava-v1.6-mistral-7b-hf llava-hf/llava-v1.6-34b-hf Qwen/Qwen2-VL-7B-Instruct
OpenGVLab/InternVL2-40B baichuan-inc/Baichuan2-7B-Base meta-llama/Llama-2-7b-hf internlm/internlm2_5-1_8b
facebook/opt-125m'''.split()


def match(path):
    for cls in (models[name] for name in prompts):
        if cls.match(path):
            return cls.match(path)
    return None


stops = {name: models[name](model_name=name).stop_words or [] for name in prompts}
json.dump({'conversations': conversations, 'tools': tools, 'prompts': prompts, 'configured': configured,
           'capabilities': capabilities, 'paths': {p: match(p) for p in paths},
           'stop_words': stops}, sys.stdout, ensure_ascii=False, indent=1)
print()
