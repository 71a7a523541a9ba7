"""Writes what LMDeploy 0.6.0's own templates render, as test data.

    pip download --no-deps lmdeploy==0.6.0 && unzip the wheel, then
    python lmdeploy_goldens.py UNPACKED_WHEEL > ../resources/lmdeploy/prompts.json

Only lmdeploy/model.py is imported; what it imports is replaced by stand-ins.
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

    def register_module(self, name):
        def register(cls):
            for one in [name] if isinstance(name, str) else name:
                self.module_dict[one] = cls
            return cls
        return register


mmengine = types.ModuleType('mmengine')
mmengine.Registry = Registry
sys.modules.update({'lmdeploy': package, 'lmdeploy.utils': utils, 'mmengine': mmengine})
models = importlib.import_module('lmdeploy.model').MODELS.module_dict


def message(role, content):
    return {'role': role, 'content': content}


conversations = {
    'one turn': [message('user', 'Hello')],
    'three turns': [message('user', 'Hi'), message('assistant', 'Hello'), message('user', 'Bye'),
                    message('assistant', 'So long'), message('user', 'Wait')],
    'system': [message('system', 'Be brief.'), message('user', 'Hi'), message('assistant', 'Yes'),
               message('user', 'Why?')],
    'continued': [message('user', 'Count'), message('assistant', 'one, two')],
}
# left out: base, llama and falcon return nothing for messages; these two end in a known bug of 0.6.0:
# an empty prompt where the assistant's end is empty, a lost character where the end is trimmed
no_messages = {'base', 'llama', 'falcon'}
bug_when_continued = {'baichuan2', 'puyu', 'solar', 'chatglm3', 'glm4', 'codegeex4',
                      'llava-v1', 'mini-gemini-vicuna', 'deepseek', 'internvl-zh', 'deepseek-vl'}
prompts = {}
for name, cls in models.items():
    if name in no_messages:
        continue
    prompts[name] = {}
    for title, messages in conversations.items():
        if title == 'continued' and name in bug_when_continued:
            continue
        if title == 'system' and name == 'chatglm':  # drops the system's message
            continue
        prompts[name][title] = cls(model_name=name).messages2prompt([dict(m) for m in messages])

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
facebook/opt-125m'''.split()


def match(path):
    for cls in models.values():
        if cls.match(path):
            return cls.match(path)
    return None


stops = {name: cls(model_name=name).stop_words or [] for name, cls in models.items()}
json.dump({'conversations': conversations, 'prompts': prompts, 'paths': {p: match(p) for p in paths},
           'stop_words': stops}, sys.stdout, ensure_ascii=False, indent=1)
print()
